/** News can come in a flood: the same thing is asked no more often than this. */
const PAUSE_MS = 250;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the same key was last let through PAUSE_MS ago. */
export class Pace {
  readonly #last = new Map<string, number>();
  readonly #now: () => number;
  readonly #wait: (ms: number) => Promise<void>;

  constructor(now: () => number = () => performance.now(), wait: (ms: number) => Promise<void> = sleep) {
    this.#now = now;
    this.#wait = wait;
  }

  async turn(key: string): Promise<void> {
    const now = this.#now();
    const at = Math.max(now, (this.#last.get(key) ?? Number.NEGATIVE_INFINITY) + PAUSE_MS);
    for (const [other, last] of this.#last) if (last + PAUSE_MS <= now) this.#last.delete(other);
    this.#last.set(key, at);
    if (at > now) await this.#wait(at - now);
  }
}
