/** How the work keeps up with the source. */
export interface LoadSign {
  /** Monotonic, ms. */
  readonly nowMs: number;
  /** Frames of the source lost since the sign before. */
  readonly lost: number;
  /** Our own event loop was late by so much, ms. */
  readonly loopDelayMs: number;
}

export const thinLevels = [1, 2, 3, 6] as const;
/** Every so many frames are shown. */
export type ThinLevel = (typeof thinLevels)[number];

/** Frames that come so much later than they did, against their own time stamps, are work that piles up. */
const lagMs = 150;
const loopLateMs = 100;
/** A step more, or less, is given so long to help. */
const raiseEveryMs = 2_000;
/** Bad looks weigh for and good ones against an overload: so many more bad ones are needed. One slow moment is none. */
const raiseScore = 3;
const maxScore = 4;
const firstHoldMs = 10_000;
const longestHoldMs = 120_000;
/** So long at an even lag with nothing lost: the source's time stamps have moved, no work has piled up. */
const evenMs = 10_000;
const evenWithinMs = 60;

/**
 * Whether the preview has to give way, so that stills and recording keep every frame: from how far frames lag behind
 * their own time stamps, from frames that are lost while they do, and from how late our own event loop is.
 */
export class Load {
  #base: number | null = null;
  /** Least lag since the last sign. */
  #lag: number | null = null;
  #evenSince: { readonly lag: number; readonly atMs: number } | null = null;
  #level = 0;
  #score = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #goodSince: number | null = null;
  #holdMs = firstHoldMs;
  #loweredAt = Number.NEGATIVE_INFINITY;
  #lostWhileLagging = false;

  /** A frame with its time stamp was counted. */
  onTime(timeUs: number, nowMs: number): void {
    const lag = nowMs - timeUs / 1000;
    this.#lag = this.#lag === null ? lag : Math.min(this.#lag, lag);
    if (this.#base === null || lag < this.#base) this.#base = lag;
  }

  /** About twice a second. Returns every how many frames the preview should be. */
  look({ nowMs, lost, loopDelayMs }: LoadSign): ThinLevel {
    const lag = this.#lag === null || this.#base === null ? 0 : this.#lag - this.#base;
    this.#lag = null;
    this.#settle(lag, lost, nowMs);
    if (lag <= lagMs) this.#lostWhileLagging = false;
    else if (lost > 0) this.#lostWhileLagging = true;
    const isBad = lag > lagMs || this.#lostWhileLagging || loopDelayMs > loopLateMs;
    this.#score = Math.min(maxScore, Math.max(0, this.#score + (isBad ? 1 : -1)));
    if (isBad) this.#bad(nowMs);
    else if (this.#score === 0) this.#good(nowMs);
    return thinLevels[this.#level] ?? 1;
  }

  #bad(nowMs: number): void {
    this.#goodSince = null;
    if (this.#score < raiseScore || nowMs - this.#changedAt < raiseEveryMs) return;
    if (this.#level === thinLevels.length - 1) return;
    // It was lowered too early: longer next time, or the picture would change its pace all the time.
    if (nowMs - this.#loweredAt < 30_000) this.#holdMs = Math.min(longestHoldMs, this.#holdMs * 2);
    this.#level += 1;
    this.#changedAt = nowMs;
  }

  #good(nowMs: number): void {
    this.#goodSince ??= nowMs;
    if (this.#level === 0) {
      if (nowMs - this.#goodSince > longestHoldMs) this.#holdMs = firstHoldMs;
      return;
    }
    if (nowMs - this.#goodSince < this.#holdMs) return;
    this.#level -= 1;
    this.#changedAt = nowMs;
    this.#loweredAt = nowMs;
    this.#goodSince = nowMs;
  }

  #settle(lag: number, lost: number, nowMs: number): void {
    const even = this.#evenSince;
    if (lag <= lagMs || lost > 0 || even === null || Math.abs(even.lag - lag) > evenWithinMs) {
      this.#evenSince = { lag, atMs: nowMs };
    } else if (nowMs - even.atMs >= evenMs && this.#base !== null) {
      this.#base += lag;
      this.#evenSince = null;
    }
  }
}
