import { pauseMs } from "../../lib/backoff.ts";
import { type Clock, monotonicMs } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { NewsFeed } from "../../lib/news.ts";
import type { OutboxNode } from "../node.ts";
import { causeAndCure } from "../why-not.ts";

export interface NodeState {
  readonly node: string;
  /** Since when the node could not be reached at all; null when it answered last. */
  readonly downSince: number | null;
  readonly reason: string | null;
  readonly nextTryAt: number | null;
}

export interface NodeHealthOptions {
  readonly node: Pick<OutboxNode, "name" | "retry">;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

export const jitter = 0.25;
/** Losing one association is that delivery's failure; losing so many in a row is the node's. */
const lostInARow = 3;

/** Whether a node can be reached, and when it is tried again: shared by all that is sent to it. */
export class NodeHealth {
  readonly #options: NodeHealthOptions;
  #downSince: number | null = null;
  #reason: string | null = null;
  #failures = 0;
  #lost = 0;
  /** By the monotonic clock: no step of the wall clock makes a pause longer. */
  #pausedUntil = 0;

  constructor(options: NodeHealthOptions) {
    this.#options = options;
  }

  state(): NodeState {
    const { node, clock } = this.#options;
    const nextTryAt = this.#downSince === null ? null : Math.round(clock() + this.pauseLeftMs());
    return { node: node.name, downSince: this.#downSince, reason: this.#reason, nextTryAt };
  }

  pauseLeftMs(): number {
    return Math.max(0, this.#pausedUntil - monotonicMs());
  }

  endPause(): void {
    this.#pausedUntil = 0;
  }

  answered(): void {
    const wasDown = this.#downSince !== null;
    this.#downSince = null;
    this.#reason = null;
    this.#failures = 0;
    this.#lost = 0;
    this.#pausedUntil = 0;
    if (wasDown) this.#options.news.tell({ topic: "health" });
  }

  /** Nothing gets there now. What several loops find at the same time counts once. `atLeastMs`: as the node asked for. */
  failed(error: unknown, atLeastMs = 0): void {
    const { node, clock, log, news } = this.#options;
    if (this.pauseLeftMs() > 0) return;
    this.#failures += 1;
    this.#downSince ??= clock();
    this.#reason = causeAndCure(node.name, error);
    const pause = Math.max(pauseMs(this.#failures, { ...node.retry, jitter }), Math.min(atLeastMs, node.retry.maxMs));
    this.#pausedUntil = monotonicMs() + pause;
    log.warn({ node: node.name, failures: this.#failures, error: String(error) }, "storage node not reached");
    news.tell({ topic: "health" });
    news.tell({ topic: "delivery" });
  }

  associationLost(error: unknown): void {
    this.#lost += 1;
    if (this.#lost >= lostInARow) this.failed(error);
  }
}
