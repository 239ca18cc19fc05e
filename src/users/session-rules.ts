/** When a session was begun and last used by a person. Milliseconds since the Unix epoch. */
export interface SessionTimes {
  readonly begunAt: number;
  readonly usedAt: number;
}

export interface SessionLimits {
  /** Nobody did anything for so long. */
  readonly idleMs: number;
  /** However much it is used. */
  readonly mostMs: number;
}

/** So far the clock may be set back while somebody is signed in. */
const mostBackMs = 60_000;

/**
 * Whether a session has ended by itself. Where the clock was set back, nobody knows how long it was idle: it has ended,
 * and a PIN is asked for once more.
 */
export function isOver({ begunAt, usedAt }: SessionTimes, now: number, { idleMs, mostMs }: SessionLimits): boolean {
  const wasSetBack = now < usedAt - mostBackMs;
  return wasSetBack || now - usedAt >= idleMs || now - begunAt >= mostMs;
}
