import { Check, Delete } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { afterKeyboard, isLongEnough, LEAST_DIGITS, nothingTyped, withKey } from "./pin-keys.ts";
import css from "./pin-pad.module.css";

interface PinPadProps {
  /** What is asked for. */
  readonly label: string;
  /** Words beside the dots: what to do, or why the last one was not taken. */
  readonly words?: ReactNode;
  readonly busy: boolean;
  readonly onPin: (pin: string) => void;
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"] as const;

/** Ten keys for gloves; a keyboard types, too. Nothing of it is ever in a field of the page. */
export function PinPad({ label, words, busy, onPin }: PinPadProps) {
  const [typed, setTyped] = useState(nothingTyped);
  const done = (): void => {
    if (busy || !isLongEnough(typed)) return;
    setTyped(nothingTyped);
    onPin(typed.digits);
  };
  const hear = (event: KeyboardEvent): void => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || !/^(.|Enter|Backspace)$/.test(event.key))
      return;
    const next = afterKeyboard(typed, event.key, event.timeStamp);
    // Enter or space by hand on a key of the pad presses that key.
    const isOnKey = event.target instanceof HTMLButtonElement && /^(Enter| )$/.test(event.key);
    if (isOnKey && !next.isScan) return;
    event.preventDefault();
    event.stopPropagation();
    if (!next.isDone) setTyped(next);
    else done();
  };
  const latest = useRef(hear);
  useEffect(() => {
    latest.current = hear;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => latest.current(event);
    addEventListener("keydown", listen, { capture: true });
    return () => removeEventListener("keydown", listen, { capture: true });
  }, []);
  const count = typed.digits.length;
  return (
    <section className={css.pad} aria-label={label} data-testid="pin-pad" data-whole>
      <div className={css.top}>
        {words}
        <p className={css.dots} role="status" data-testid="pin-dots" data-count={count}>
          <span aria-hidden>
            {Array.from({ length: Math.max(LEAST_DIGITS, count) }, (_none, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the dots are all alike
              <i key={index} className={index < count ? css.full : css.empty} />
            ))}
          </span>
          <span className="out-of-sight">{t("people.digits", { count })}</span>
        </p>
      </div>
      <div className={css.keys}>
        {DIGITS.map((digit) => (
          <Button
            key={digit}
            className={`${css.key} ${css[`k${digit}`] ?? ""}`}
            disabled={busy}
            onClick={() => setTyped(withKey(typed, digit))}
            data-testid={`pin-${digit}`}
          >
            {digit}
          </Button>
        ))}
        <Button
          className={`${css.key} ${css.erase}`}
          look="quiet"
          icon={<Delete aria-hidden />}
          aria-label={t("people.erase")}
          disabled={busy || count === 0}
          onClick={() => setTyped(withKey(typed, "erase"))}
          data-testid="pin-erase"
        />
        <Button
          className={`${css.key} ${css.ok}`}
          look="primary"
          icon={<Check aria-hidden />}
          aria-label={t("people.ok")}
          disabled={busy || !isLongEnough(typed)}
          onClick={done}
          data-testid="pin-ok"
        />
      </div>
    </section>
  );
}
