import { type ReactNode, useEffect, useId, useRef } from "react";
import css from "./sheet.module.css";

interface SheetProps {
  readonly title: string;
  /** Quiet, at the other end of the title. */
  readonly aside?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Stays at the bottom while the rest scrolls. */
  readonly actions?: ReactNode;
  /** Beside the title instead, where all the height is for reading. */
  readonly topActions?: ReactNode;
}

/**
 * Covers the nearest positioned box, not the page: on the live screen CAPTURE and RECORD stay outside it and keep
 * working. Takes the focus, gives it back, closes on Escape.
 */
export function Sheet({ title, aside, onClose, children, actions, topActions }: SheetProps) {
  const heading = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div
      ref={box}
      className={css.sheet}
      role="dialog"
      aria-labelledby={heading}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div className={topActions ? `${css.head} ${css.bar}` : css.head}>
        <h2 id={heading} className={css.title}>
          {title}
        </h2>
        {aside ? <p className={css.aside}>{aside}</p> : null}
        {topActions ? <div className={css.topActions}>{topActions}</div> : null}
      </div>
      <div className={css.body}>{children}</div>
      {actions ? <div className={css.actions}>{actions}</div> : null}
    </div>
  );
}
