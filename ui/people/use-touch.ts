import { useEffect } from "react";
import { sayTouched } from "../api/people.ts";

/** At most so often: a session lasts for minutes. */
const EVERY_MS = 60_000;

/** Tells the box that somebody touches this screen, while somebody is signed in on it: the session goes on. */
export function useTouch(userId: string | null): void {
  useEffect(() => {
    if (userId === null) return;
    let saidAt = Number.NEGATIVE_INFINITY;
    const touch = (): void => {
      if (performance.now() - saidAt < EVERY_MS) return;
      saidAt = performance.now();
      void sayTouched();
    };
    addEventListener("pointerdown", touch, { capture: true });
    addEventListener("keydown", touch, { capture: true });
    return () => {
      removeEventListener("pointerdown", touch, { capture: true });
      removeEventListener("keydown", touch, { capture: true });
    };
  }, [userId]);
}
