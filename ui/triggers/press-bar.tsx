import { OctagonX } from "lucide-react";
import { useEffect } from "react";
import { pressNews } from "../api/events.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { useStore } from "../lib/store.ts";
import bar from "../live/not-saved-bar.module.css";
import css from "./press-bar.module.css";

/** Nobody may be near to touch it away; the sound and the next press say more. */
const SHOWN_MS = 10_000;

/** A pedal was pressed and nothing came of it, or a recording ended by itself: over every screen, never over CAPTURE. */
export function PressBar() {
  const news = useStore(pressNews);
  const failed = news?.outcome === "failed" ? news : null;
  useEffect(() => {
    if (failed === null) return;
    const timer = setTimeout(() => pressNews.set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [failed]);
  if (failed === null) return null;
  return (
    <div className={`${css.over} ${bar.bar}`} role="alert" data-testid="press-failed">
      <OctagonX aria-hidden className={bar.mark} />
      <p className={bar.words}>
        <strong>{failed.by === "trigger" ? t("triggers.notDone") : t("triggers.ended")}</strong>
        <span dir="auto">{failed.message}</span>
      </p>
      <Button onClick={() => pressNews.set(null)}>{t("common.acknowledge")}</Button>
    </div>
  );
}
