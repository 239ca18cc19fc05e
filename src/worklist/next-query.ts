import { pauseMs } from "../lib/backoff.ts";

const first = { firstMs: 5_000, jitter: 0.25 };
/** A node that was down for hours is noticed within five minutes, or at the next refresh where that is later. */
const longestPauseMs = 300_000;

/** How long to wait before the next query of a node that has failed so many times in a row; 0: it answered. */
export function untilNextQueryMs(failures: number, refreshMs: number, random: () => number = Math.random): number {
  if (failures === 0) return refreshMs;
  return pauseMs(failures, { ...first, maxMs: Math.max(refreshMs, longestPauseMs) }, random);
}
