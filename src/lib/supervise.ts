import { setTimeout as sleep } from "node:timers/promises";
import { type BackoffOptions, pauseMs } from "./backoff.ts";

export interface SuperviseOptions {
  readonly signal: AbortSignal;
  /** A run of at least this long counts as healthy: the next failure starts the back-off anew. */
  readonly healthyAfterMs: number;
  readonly backoff: BackoffOptions;
  readonly onFailure: (error: unknown, failures: number) => void;
  readonly now?: () => number;
}

/** Runs `task` until the signal aborts, and again, after a pause, each time it ends: throwing or by itself. */
export async function supervise(
  task: (signal: AbortSignal) => Promise<void>,
  options: SuperviseOptions,
): Promise<void> {
  const { signal } = options;
  const now = options.now ?? (() => performance.now());
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = now();
    // Ending by itself counts as a failure too, or a child that exits 0 at once would spin here.
    const error: unknown = await task(signal).then(
      () => new Error("ended by itself"),
      (reason: unknown) => reason,
    );
    if (signal.aborted) return;
    failures = now() - startedAt >= options.healthyAfterMs ? 1 : failures + 1;
    options.onFailure(error, failures);
    await sleep(pauseMs(failures, options.backoff), undefined, { signal }).catch(() => {});
  }
}
