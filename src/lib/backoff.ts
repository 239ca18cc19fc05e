export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** 0 to 1: how much of the pause is random, so that many boxes do not come back at the same instant. */
  readonly jitter: number;
}

/** The pause after the n-th failure in a row (n from 1): doubling, bounded, jittered. `random` is in [0, 1). */
export function pauseMs(failures: number, options: BackoffOptions, random: () => number = Math.random): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30);
  const full = Math.min(options.firstMs * 2 ** doublings, options.maxMs);
  return Math.round(full * (1 - options.jitter * random()));
}
