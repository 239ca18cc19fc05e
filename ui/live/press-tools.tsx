import { Flag, History, Rewind } from "lucide-react";
import { t } from "../i18n/i18n.ts";
import css from "./press-tools.module.css";
import { usePressAtOnce } from "./use-press.ts";

/** As long as a surgeon needs to think of it; the box keeps less where its settings say so, and then says how much. */
export const KEEP_LAST_S = 30;

interface PressToolsProps {
  /** Why there is nothing to keep; null: there is. */
  readonly inert: string | null;
  /** Marks set in the running clip; null: none runs. */
  readonly marks: number | null;
  readonly onKeepLast: () => void;
  readonly onMark: () => void;
  /** null: this source's pictures are not remembered. */
  readonly onLookBack: (() => void) | null;
}

/** What reaches back in time. While a clip runs it has the last seconds anyway: then its moments can be marked instead. */
export function PressTools({ inert, marks, onKeepLast, onMark, onLookBack }: PressToolsProps) {
  const off = inert !== null;
  const keepLast = usePressAtOnce(() => {
    if (!off) onKeepLast();
  });
  const mark = usePressAtOnce(onMark);
  return (
    <div className={css.tools}>
      {onLookBack === null ? null : (
        <button
          type="button"
          className={css.tool}
          data-testid="look-back"
          aria-disabled={off}
          onClick={() => {
            if (!off) onLookBack();
          }}
        >
          <Rewind aria-hidden />
          {t("lookBack.button")}
        </button>
      )}
      {marks === null ? (
        <button type="button" className={css.tool} data-testid="keep-last" aria-disabled={off} {...keepLast}>
          <History aria-hidden />
          {t("press.keepLast", { seconds: KEEP_LAST_S })}
        </button>
      ) : (
        <button type="button" className={css.tool} data-testid="mark" {...mark}>
          <Flag aria-hidden />
          {marks === 0 ? t("press.mark") : t("press.marked", { number: marks })}
        </button>
      )}
    </div>
  );
}
