/**
 * A picture this old must not look live. Half a second is the limit for the eye; what is left of it is for a screen
 * that paints slowly.
 */
export const STALE_AFTER_MS = 400;

/** A frame on the glass. */
export interface Shown {
  /** How old it was when it was painted, by the box's clock, ms; never below 0. */
  readonly ageAtPaintMs: number;
  /** A clock that nobody sets, ms. */
  readonly paintedAtMs: number;
  /** The box says that its source stands still. */
  readonly frozen: boolean;
}

/** How old a frame is at `now` of the box's clock; a clock that is not known well yet makes no frame come from the future. */
export function ageOf(capturedAt: number, now: number): number {
  return Math.max(0, now - capturedAt);
}

/** Whether what is on the glass must be dimmed; null: nothing of this source was painted, another's may be there. */
export function isStale(shown: Shown | null, nowMs: number): boolean {
  return shown === null || shown.frozen || shown.ageAtPaintMs + nowMs - shown.paintedAtMs > STALE_AFTER_MS;
}
