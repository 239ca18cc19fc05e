import { OctagonX } from "lucide-react";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { useStore } from "../lib/store.ts";
import css from "./not-saved-bar.module.css";
import { forget, presses } from "./presses.ts";
import { unsaved } from "./tray-items.ts";

/** Red, on every screen, until the press is saved after all or somebody has understood: a picture is missing. */
export function NotSavedBar() {
  const missing = unsaved(useStore(presses));
  const newest = missing.at(-1);
  if (!newest) return null;
  const title = t(`press.notSaved.${newest.kind}`, { number: newest.number });
  return (
    <div className={css.bar} role="alert" data-testid="not-saved">
      <OctagonX aria-hidden className={css.mark} />
      <p className={css.words}>
        <strong>
          {title}
          {missing.length > 1 ? ` (+${missing.length - 1})` : ""}
        </strong>
        <span dir="auto">{newest.reason ?? t("press.pressAgain")}</span>
      </p>
      <Button onClick={() => forget(missing.map(({ key }) => key))}>{t("common.acknowledge")}</Button>
    </div>
  );
}
