export interface SteadyLimits {
  /** So long without a doubt until it is on. */
  readonly raiseMs: number;
  /** So long without a sign until it is off. */
  readonly clearMs: number;
  /** Signs within these limits still count as without a doubt: one of so many may be missing. Default 0. */
  readonly missing?: number;
}

/** A sign that has to last before it counts, and to be gone for some time before it is over. */
export class Steady {
  readonly #limits: SteadyLimits;
  #signSince: number | null = null;
  #goneSince: number | null = null;
  #missed = 0;
  #on = false;

  constructor(limits: SteadyLimits) {
    this.#limits = limits;
  }

  get isOn(): boolean {
    return this.#on;
  }

  /** One look at the sign, at a monotonic time in ms; null: it cannot be told from this picture. Returns whether it is on. */
  look(sign: boolean | null, nowMs: number): boolean {
    if (sign === null) return this.#on;
    if (sign) {
      this.#goneSince = null;
      this.#signSince ??= nowMs;
      if (nowMs - this.#signSince >= this.#limits.raiseMs) this.#on = true;
      return this.#on;
    }
    this.#goneSince ??= nowMs;
    this.#missed = this.#on ? 0 : this.#missed + 1;
    if (this.#missed > (this.#limits.missing ?? 0)) {
      this.#signSince = null;
      this.#missed = 0;
    }
    if (this.#on && nowMs - this.#goneSince >= this.#limits.clearMs) {
      this.#on = false;
      this.#signSince = null;
    }
    return this.#on;
  }
}
