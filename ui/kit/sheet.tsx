import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { Dialog, Heading } from "react-aria-components";
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
 * working. Takes the focus, gives it back, closes on Escape; what it covers cannot be reached by keys either.
 */
export function Sheet({ title, aside, onClose, children, actions, topActions }: SheetProps) {
  const box = useRef<HTMLElement>(null);
  // What was covered is uncovered first, then the focus can go back to it.
  useCoverBeneath(box);
  useGiveBackFocus();
  useEscape(box, onClose);
  return (
    <Dialog ref={box} className={css.sheet ?? ""}>
      <div className={topActions ? `${css.head} ${css.bar}` : css.head}>
        <Heading slot="title" level={2} className={css.title ?? ""}>
          {title}
        </Heading>
        {aside ? <p className={css.aside}>{aside}</p> : null}
        {topActions ? <div className={css.topActions}>{topActions}</div> : null}
      </div>
      <div className={css.body}>{children}</div>
      {actions ? <div className={css.actions}>{actions}</div> : null}
    </Dialog>
  );
}

function useGiveBackFocus(): void {
  const before = useRef(document.activeElement);
  useEffect(
    () => () => {
      if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
    },
    [],
  );
}

/** `data-over`: lies over every sheet, and stays in reach. */
function useCoverBeneath(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const beneath = [...(box.current?.parentElement?.children ?? [])].filter(
      (element) => element !== box.current && !element.hasAttribute("data-over") && !element.hasAttribute("inert"),
    );
    for (const element of beneath) element.setAttribute("inert", "");
    return () => {
      for (const element of beneath) element.removeAttribute("inert");
    };
  }, [box]);
}

function useEscape(box: RefObject<HTMLElement | null>, onClose: () => void): void {
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const sheet = box.current;
    const hear = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close.current();
    };
    sheet?.addEventListener("keydown", hear);
    return () => sheet?.removeEventListener("keydown", hear);
  }, [box]);
}
