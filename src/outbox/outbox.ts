/** Everything owed to somebody else: the public face of this room. */
import { recordAudit } from "../audit/audit.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { supervise } from "../lib/supervise.ts";
import type { Database } from "../store/store.ts";
import { oweForgotten, oweInstance, recoverInterrupted, type Transfer } from "./deliveries.ts";
import { OutboxError } from "./errors.ts";
import {
  type DeliveryFilter,
  type DeliveryView,
  getDelivery,
  listDeliveries,
  type OwedCounts,
  owedCounts,
} from "./list.ts";
import { type NodeState, NodeWorker } from "./node-worker.ts";
import type { StorageNode } from "./storage-node.ts";

export type { Transfer } from "./deliveries.ts";
export { OutboxError, type OutboxErrorCode } from "./errors.ts";
export { type DeliveryFilter, type DeliveryView, type OwedCounts, transfersOfProcedure } from "./list.ts";
export type { NodeState } from "./node-worker.ts";
export type { StorageNode } from "./storage-node.ts";

export interface OutboxOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly nodes: readonly StorageNode[];
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #workers: readonly NodeWorker[];

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#workers = options.nodes.map((node) => new NodeWorker({ ...options, node }));
  }

  /** Sends what is owed until the signal aborts; what was being sent when the box stopped is pending again. */
  async run(signal: AbortSignal): Promise<void> {
    const { database, nodes, clock, log } = this.#options;
    const names = nodes.map((node) => node.name);
    const runs = this.#workers.map((worker) => {
      const { node } = worker.state();
      const task = async (stop: AbortSignal): Promise<void> => {
        // In here, so that a database that takes nothing now (a full disk) is asked again and costs nothing else.
        const forgotten = oweForgotten(database, names, clock());
        if (forgotten > 0) {
          log.warn({ forgotten }, "instances from before an archive was set up are sent now");
          this.wake();
        }
        const interrupted = recoverInterrupted(database, node, clock());
        if (interrupted > 0) log.warn({ node, interrupted }, "deliveries were interrupted and are sent again");
        await worker.run(stop);
      };
      return supervise(task, {
        signal,
        healthyAfterMs: 60_000,
        backoff: { firstMs: 1_000, maxMs: 30_000, jitter: 0.2 },
        onFailure: (error) => log.error({ node, error: String(error) }, "outbox worker failed"),
      });
    });
    await Promise.all(runs);
  }

  /** Owes one Instance to every storage node. Inside the caller's transaction; call `wake()` after its commit. */
  owe(instance: { sopInstanceUid: string; procedureId: string; sizeBytes: number }): void {
    const { database, nodes, clock } = this.#options;
    const names = nodes.map((node) => node.name);
    oweInstance(database, instance, names, clock());
  }

  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  list(filter: DeliveryFilter): DeliveryView[] {
    return listDeliveries(this.#options.database, filter).map((view) => this.#withNodeReason(view));
  }

  counts(): OwedCounts {
    return owedCounts(this.#options.database);
  }

  nodeStates(): NodeState[] {
    return this.#workers.map((worker) => worker.state());
  }

  /** Sends it now, whatever its back-off, also after held or cancelled. */
  retry(id: number, actor: string): DeliveryView {
    const view = this.#change(id, actor, "retry", ["pending", "held", "cancelled"], "pending", null);
    this.#workers.find((worker) => worker.state().node === view.node)?.wake(true);
    return view;
  }

  /** Keeps it here until somebody presses retry. */
  hold(id: number, actor: string): DeliveryView {
    return this.#change(id, actor, "hold", ["pending"], "held", "Held by hand. Press Retry to send it.");
  }

  /** Never sends it to this node, unless somebody presses retry. */
  cancel(id: number, actor: string): DeliveryView {
    return this.#change(id, actor, "cancel", ["pending", "held"], "cancelled", "Cancelled by hand.");
  }

  #change(
    id: number,
    actor: string,
    action: string,
    from: readonly Transfer[],
    to: Transfer,
    reason: string | null,
  ): DeliveryView {
    const { database, clock, news } = this.#options;
    const at = clock();
    database.transaction(() => {
      const found = getDelivery(database, id);
      if (found === undefined) throw new OutboxError("unknown-delivery", "There is no such delivery on this box.");
      if (!from.includes(found.transfer)) {
        const why =
          found.transfer === "sending"
            ? "It is being sent just now; try again in a moment."
            : `It is ${found.transfer} already.`;
        throw new OutboxError("not-now", `Cannot ${action} this delivery. ${why}`);
      }
      database
        .prepare(
          "UPDATE delivery SET transfer = ?, reason = ?, next_attempt_at = ?, failures_in_a_row = 0 WHERE id = ?",
        )
        .run(to, reason, at, id);
      recordAudit(database, {
        at,
        actor,
        action: `delivery-${action}`,
        subjectKind: "delivery",
        subjectId: String(id),
        detail: { from: found.transfer },
      });
    });
    news.tell({ topic: "delivery", id: String(id) });
    const changed = getDelivery(database, id);
    if (changed === undefined) throw new OutboxError("unknown-delivery", "There is no such delivery on this box.");
    return this.#withNodeReason(changed);
  }

  /** A pending delivery of a node that is down waits for the node, not for itself. */
  #withNodeReason(view: DeliveryView): DeliveryView {
    if (view.transfer !== "pending") return view;
    const state = this.#workers.find((worker) => worker.state().node === view.node)?.state();
    if (state === undefined)
      return { ...view, reason: `${view.node} is not in the settings any more. Enter it again, or cancel.` };
    if (state.downSince === null) return view;
    return { ...view, reason: state.reason, nextAttemptAt: Math.max(view.nextAttemptAt ?? 0, state.nextTryAt ?? 0) };
  }
}
