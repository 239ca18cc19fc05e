import { clockSpeed } from "./clock.ts";

/** A pause that can be cut short: `wake()` ends the current wait, or, when nobody waits, the next one. */
export class Wakeup {
  #woken = false;
  #end: (() => void) | undefined;

  wake(): void {
    this.#woken = true;
    this.#end?.();
  }

  /** Resolves after `ms`, on `wake()`, or when the signal aborts; never rejects. One waiter at a time. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#end = resolve;
      const onAbort = (): void => resolve();
      signal.addEventListener("abort", onAbort, { once: true });
      // setTimeout overflows to 1 ms above 2^31-1.
      const timer = setTimeout(resolve, Math.min(Math.max(ms, 0) / clockSpeed, 2 ** 31 - 1));
      await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
    this.#end = undefined;
    this.#woken = false;
  }
}
