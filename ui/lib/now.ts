import { useEffect, useState } from "react";
import { Store } from "./store.ts";

/** How far the box's clock is ahead of this browser's, in ms: the box may be another machine. */
export const clockOffset = new Store(0);

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
