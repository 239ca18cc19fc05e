/** Wrong tries of one user, or from one address. Times are milliseconds since the Unix epoch. */
export interface Tries {
  readonly failures: number;
  readonly failedAt: number | null;
  readonly lockedAt: number | null;
  readonly lockedMs: number;
}

export interface LockLimits {
  /** So many wrong tries in a row lock; each one after that locks for twice as long. */
  readonly free: number;
  readonly firstMs: number;
  readonly mostMs: number;
  /** Without a wrong try for so long, all is forgotten. */
  readonly forgetMs: number;
}

const minute = 60_000;
export const userLimits: LockLimits = { free: 5, firstMs: minute, mostMs: 60 * minute, forgetMs: 24 * 60 * minute };
/** Of an address, whoever was tried; a screen is shared by many, so more are let pass. */
export const addressLimits: LockLimits = { free: 20, firstMs: minute, mostMs: 15 * minute, forgetMs: 15 * minute };

export const noTries: Tries = { failures: 0, failedAt: null, lockedAt: null, lockedMs: 0 };

/**
 * The tries as they count now. Where the clock was set back, what seems to lie ahead happened now: a lock then lasts its
 * own length once more at most, never until the old time comes round again.
 */
export function triesNow(tries: Tries, now: number, limits: LockLimits): Tries {
  const notAhead = (at: number | null): number | null => (at === null ? null : Math.min(at, now));
  const settled = { ...tries, failedAt: notAhead(tries.failedAt), lockedAt: notAhead(tries.lockedAt) };
  const isForgotten = settled.failedAt !== null && now - settled.failedAt > limits.forgetMs;
  return isForgotten && lockLeftMs(settled, now) === 0 ? noTries : settled;
}

/** How long it is still locked; 0: it is not. */
export function lockLeftMs({ lockedAt, lockedMs }: Tries, now: number): number {
  return lockedAt === null ? 0 : Math.max(0, lockedAt + lockedMs - now);
}

/** After one more wrong try. */
export function afterFailure(tries: Tries, now: number, limits: LockLimits): Tries {
  const failures = tries.failures + 1;
  const over = failures - limits.free;
  if (over < 0) return { ...tries, failures, failedAt: now };
  // Bounded before it doubles: 2 ** 1100 is no number of milliseconds.
  const lockedMs = Math.min(limits.mostMs, limits.firstMs * 2 ** Math.min(over, 30));
  return { failures, failedAt: now, lockedAt: now, lockedMs };
}

/** A duration for people, never less than it is: `45 seconds`, `2 minutes`. */
export function waitWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [count, unit] = seconds <= 90 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
