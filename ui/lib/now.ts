import { useEffect, useState } from "react";
import { Store } from "./store.ts";

/** How far the box's clock is ahead of this browser's, in ms: the box may be another machine. */
const clockOffset = new Store(0);

/**
 * The offset by one more answer of the box. An answer is late by its travel, so that the largest is the best; it may
 * drift by a millisecond a second, and a clock that was set is believed at once. In ms.
 */
export function nextOffset(kept: number, answered: number, sinceMs: number): number {
  if (Math.abs(answered - kept) > 500) return answered;
  return Math.max(answered, kept - sinceMs / 1000);
}

let answeredAt = 0;

/** The box said that it is `now`. */
export function hearBoxTime(now: number): void {
  const at = performance.now();
  clockOffset.set(nextOffset(clockOffset.get(), now - Date.now(), at - answeredAt));
  answeredAt = at;
}

/** The box's time, in ms since the Unix epoch. */
export function boxNow(): number {
  return Date.now() + clockOffset.get();
}

/** The box's time, again every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(boxNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(boxNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
