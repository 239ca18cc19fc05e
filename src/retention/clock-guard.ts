const hourMs = 3_600_000;
const dayMs = 86_400_000;

/**
 * Whether the wall clock may decide that something is old. Not in the first hour of a run: a clock that is wrong after a
 * start (an empty battery) has time to be set. Nor, once it jumped by a day, in the rest of that run.
 */
export class ClockGuard {
  readonly #startedAt: number;
  readonly #startedAtMonotonic: number;
  #hasJumped = false;

  constructor(now: number, monotonicMs: number) {
    this.#startedAt = now;
    this.#startedAtMonotonic = monotonicMs;
  }

  isTrusted(now: number, monotonicMs: number): boolean {
    const lived = monotonicMs - this.#startedAtMonotonic;
    if (Math.abs(now - this.#startedAt - lived) > dayMs) this.#hasJumped = true;
    return !this.#hasJumped && lived >= hourMs;
  }
}
