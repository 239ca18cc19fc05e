import { Circle, Square } from "lucide-react";
import { t } from "../i18n/i18n.ts";
import { showDuration } from "../lib/dates.ts";
import { useNow } from "../lib/now.ts";
import css from "./controls.module.css";

interface RecordButtonProps {
  readonly inert: string | null;
  /** When the running clip was begun, box time; null: none runs. */
  readonly since: number | null;
  readonly busy: boolean;
  readonly onPress: () => void;
}

export function RecordButton({ inert, since, busy, onPress }: RecordButtonProps) {
  const running = since !== null;
  // A running clip can always be stopped.
  const off = running ? null : inert;
  return (
    <button
      type="button"
      className={running ? `${css.record} ${css.running}` : css.record}
      data-testid="record"
      data-recording={running}
      aria-disabled={off !== null || busy}
      aria-label={off === null ? (running ? t("press.stop") : t("press.record")) : `${t("press.record")}: ${off}`}
      onClick={() => {
        if (off === null && !busy) onPress();
      }}
    >
      {running ? <Square aria-hidden fill="currentColor" /> : <Circle aria-hidden className={css.dot} />}
      <span>{running ? (busy ? t("press.stopping") : t("press.stop")) : t("press.record")}</span>
      {running ? <RunningTime since={since} /> : null}
      {off === null ? null : <small>{off}</small>}
    </button>
  );
}

export function RunningTime({ since }: { readonly since: number }) {
  const now = useNow(250);
  return <time>{showDuration(now - since)}</time>;
}
