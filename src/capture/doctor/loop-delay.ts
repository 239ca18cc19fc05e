import { monitorEventLoopDelay } from "node:perf_hooks";

const resolutionMs = 20;

/** How late our own event loop runs. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });

  start(): void {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** Since it was asked last, ms: nine of ten turns were no later. */
  takeMs(): number {
    const late = this.#histogram.percentile(90) / 1e6 - resolutionMs;
    this.#histogram.reset();
    return Number.isFinite(late) ? Math.max(0, late) : 0;
  }
}
