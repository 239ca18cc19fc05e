import { useRef } from "react";

/** Two edges of one contact come closer together than two presses of a finger ever do. */
const BOUNCE_MS = 80;

/**
 * Handlers for a button that acts when it is touched, not when it is let go: the press is the picture. Works by
 * finger, mouse, Enter or Space, and for assistive technology that only sends a click.
 */
export function usePressAtOnce(act: () => void) {
  const last = useRef(Number.NEGATIVE_INFINITY);
  const fire = (): void => {
    const now = performance.now();
    if (now - last.current < BOUNCE_MS) return;
    last.current = now;
    act();
  };
  return {
    onPointerDown: (event: React.PointerEvent) => {
      if (event.button !== 0) return;
      fire();
    },
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      // Without this the browser would follow with a click.
      event.preventDefault();
      if (!event.repeat) fire();
    },
    onClick: (event: React.MouseEvent) => {
      // A click of a real finger has a count and was acted on when it came down.
      if (event.detail === 0) fire();
    },
  };
}
