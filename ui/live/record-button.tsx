import { Circle, Square } from "lucide-react";
import { t } from "../i18n/i18n.ts";
import { showDuration } from "../lib/dates.ts";
import { useNow } from "../lib/now.ts";
import css from "./controls.module.css";

interface RecordButtonProps {
  readonly inert: string | null;
  readonly recording: boolean;
  /** When the running clip was begun, box time; null: none runs, or the box has not told of it yet. */
  readonly since: number | null;
  /** None runs, but one goes on by itself when the picture is back. */
  readonly waits: boolean;
  readonly busy: boolean;
  readonly onPress: () => void;
}

export function RecordButton({ inert, recording, since, waits, busy, onPress }: RecordButtonProps) {
  const stops = recording || waits || busy;
  // A running clip can always be stopped, and one that would go on be ended.
  const off = stops ? null : inert;
  const note = waits ? t("press.goesOn") : off;
  return (
    <button
      type="button"
      className={recording ? `${css.record} ${css.running}` : css.record}
      data-testid="record"
      data-recording={recording}
      data-waits={waits}
      aria-disabled={off !== null || busy}
      aria-label={[stops ? t("press.stop") : t("press.record"), note].filter(Boolean).join(": ")}
      onClick={() => {
        if (off === null && !busy) onPress();
      }}
    >
      {stops ? <Square aria-hidden fill="currentColor" /> : <Circle aria-hidden className={css.dot} />}
      <span>{stops ? (busy ? t("press.stopping") : t("press.stop")) : t("press.record")}</span>
      {since === null ? null : <RunningTime since={since} />}
      {note === null ? null : <small>{note}</small>}
    </button>
  );
}

export function RunningTime({ since }: { readonly since: number }) {
  const now = useNow(250);
  return <time>{showDuration(now - since)}</time>;
}
