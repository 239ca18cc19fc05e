/** Everything owed to somebody else: the public face of this room. */
import { recordAudit } from "../audit/audit.ts";
import type { EventReport } from "../dimse/dimse.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { supervise } from "../lib/supervise.ts";
import type { Database } from "../store/store.ts";
import { ActsByHand } from "./acts-by-hand.ts";
import { CommitmentReports } from "./commitment/commitment-reports.ts";
import { CommitmentWorker } from "./commitment/commitment-worker.ts";
import { findsInstance } from "./commitment/verify.ts";
import { nodesSending, recoverInterrupted } from "./deliveries.ts";
import type { DeliveryKind } from "./delivery.ts";
import { forgetNodeEncodings, type NodeEncoding, nodeEncodings } from "./encodings.ts";
import { OutboxError } from "./errors.ts";
import {
  type DeliveryFilter,
  type DeliveryView,
  getDelivery,
  listDeliveries,
  type OwedCounts,
  owedCounts,
} from "./list.ts";
import { MppsWorker } from "./mpps/mpps-worker.ts";
import { stepBegun, stepEnded } from "./mpps/rows.ts";
import { type OutboxNode, proofBy } from "./node.ts";
import type { PerformedStep, StepEnd } from "./performed-step.ts";
import type { RouteFacts, Routing } from "./routing/routes.ts";
import type { NodeState } from "./sending/node-health.ts";
import { NodeWorker } from "./sending/node-worker.ts";
import { type CaptureToPlan, Renditions } from "./sending/renditions.ts";

export type { Transfer } from "./delivery.ts";
export type { NodeEncoding } from "./encodings.ts";
export { OutboxError, type OutboxErrorCode } from "./errors.ts";
export type { DeliveryFilter, DeliveryView, OwedCounts } from "./list.ts";
export type { DimseEndpoint, NodeRole, OutboxNode } from "./node.ts";
export type { PerformedStep, StepEnd } from "./performed-step.ts";
export type { RouteFacts, RouteRule, Routing } from "./routing/routes.ts";
export type { NodeState } from "./sending/node-health.ts";
export type { CaptureToPlan } from "./sending/renditions.ts";
export { parseRenditionKey, type RenditionKey } from "./sending/rungs.ts";

export interface OutboxOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly nodes: readonly OutboxNode[];
  readonly routing: Routing;
  readonly station: { readonly aeTitle: string; readonly stationName: string };
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

/** A delivery as the screens show it. */
export interface ShownDelivery extends DeliveryView {
  /** What `sendAs` would send instead, in words; null: nothing. Only of what is held. */
  readonly otherEncoding: string | null;
}

/** Whether a node can be reached for what it is owed, and which of its roles it turned down. */
export interface OutboxNodeState extends NodeState {
  /** In words, with the cure; null: it takes performed procedure steps, or is not asked to. */
  readonly mppsRefusal: string | null;
  /** In words, with the cure; null: it does storage commitment, or is not asked to. */
  readonly commitmentRefusal: string | null;
}

/** Everything that runs for one node. */
interface NodeWorkers {
  readonly node: OutboxNode;
  readonly sending: NodeWorker | null;
  readonly mpps: MppsWorker | null;
  readonly commitment: CommitmentWorker | null;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #renditions: Renditions;
  readonly #byHand: ActsByHand;
  readonly #reports: CommitmentReports;
  readonly #nodes: ReadonlyMap<string, NodeWorkers>;
  readonly #onWanted: (() => void)[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#renditions = new Renditions(options);
    this.#byHand = new ActsByHand({
      ...options,
      renditions: this.#renditions,
      onChanged: (id) => options.news.tell({ topic: "delivery", id: String(id) }),
      onReplaced: (id) => {
        options.news.tell({ topic: "delivery", id: String(id) });
        this.#tellWanted();
        this.wake();
      },
    });
    this.#reports = new CommitmentReports({ ...options, wake: () => this.wake() });
    this.#nodes = new Map(options.nodes.map((node) => [node.name, this.#workersOf(node)]));
  }

  /** Sends what is owed until the signal aborts; what was being sent when the box stopped is pending again. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      this.#takeBackUnsendable();
      this.#giveUpProofs();
    } catch (error) {
      // A full disk: the next start does it, and what can be sent is sent.
      this.#options.log.error({ error: String(error) }, "what nodes were set to do no more is not put in order");
    }
    const runs = [...this.#nodes.values()].flatMap(({ node, sending, mpps, commitment }) => [
      sending &&
        this.#supervised(node.name, signal, async (stop) => {
          this.#oweForgotten();
          await sending.run(stop);
        }),
      mpps && this.#supervised(node.name, signal, (stop) => mpps.run(stop)),
      commitment && this.#supervised(node.name, signal, (stop) => commitment.run(stop)),
    ]);
    await Promise.all(runs);
  }

  /**
   * Release of one capture: which nodes get it, as which rendition, in rows of `rendition` (wanted) and
   * `rendition_node`. Inside the caller's transaction; once a capture. Without a node: the original, for nobody.
   */
  planRenditions(capture: CaptureToPlan, facts: RouteFacts): void {
    this.#renditions.plan(capture, facts);
  }

  /** The Instances of a rendition are composed: owes each to the nodes that wait. Inside the caller's transaction. */
  oweRendition(captureId: string, key: string): void {
    this.#renditions.owe(captureId, key);
  }

  /** A lasting failure to make a rendition: shown, and what it was to replace is held again with the reason. */
  renditionFailed(captureId: string, key: string, failure: string): void {
    this.#options.database.transaction(() => this.#renditions.failed(captureId, key, failure));
    this.#options.news.tell({ topic: "delivery" });
  }

  /** Called when a node needs a rendition that is not made yet. */
  onRenditionWanted(listener: () => void): void {
    this.#onWanted.push(listener);
  }

  /** MPPS N-CREATE to every node with the role. Inside the caller's transaction; once a step. */
  stepBegun(step: PerformedStep): void {
    const { database, nodes, station, clock } = this.#options;
    const told = nodes.filter(({ roles }) => roles.includes("mpps")).map(({ name }) => name);
    stepBegun(database, step, { nodes: told, station, at: clock() });
  }

  /** MPPS N-SET, COMPLETED or DISCONTINUED. Inside the caller's transaction; once a step. */
  stepEnded(step: PerformedStep, end: StepEnd): void {
    stepEnded(this.#options.database, step, end, this.#options.clock());
  }

  /** An N-EVENT-REPORT that came to our port: the status to answer it with. */
  report(report: EventReport): Promise<number> {
    return this.#reports.take(report);
  }

  /** Something may be due: every worker looks. */
  wake(): void {
    for (const { sending, mpps, commitment } of this.#nodes.values()) {
      for (const worker of [sending, mpps, commitment]) worker?.wake();
    }
  }

  list(filter: DeliveryFilter): ShownDelivery[] {
    return listDeliveries(this.#options.database, filter).map((view) => this.#shown(view));
  }

  get(id: number): ShownDelivery {
    const found = getDelivery(this.#options.database, id);
    if (found === undefined) throw new OutboxError("unknown-delivery", "There is no such delivery on this box.");
    return this.#shown(found);
  }

  counts(): OwedCounts {
    return owedCounts(this.#options.database);
  }

  nodeStates(): OutboxNodeState[] {
    return [...this.#nodes.values()].map(({ node, sending, mpps, commitment }) => {
      const states = [sending, mpps, commitment].flatMap((worker) => (worker === null ? [] : [worker.state()]));
      const down = states.filter(({ downSince }) => downSince !== null);
      const worst = down.toSorted((a, b) => (a.downSince ?? 0) - (b.downSince ?? 0))[0];
      return {
        node: node.name,
        downSince: worst?.downSince ?? null,
        reason: worst?.reason ?? null,
        nextTryAt: worst?.nextTryAt ?? null,
        mppsRefusal: mpps?.state().refusal ?? null,
        commitmentRefusal: commitment?.state().refusal ?? null,
      };
    });
  }

  /** Sends it now, whatever its back-off, also after held or cancelled. Throws OutboxError. */
  retry(id: number, actor: string): ShownDelivery {
    this.#byHand.retry(id, actor);
    const shown = this.get(id);
    const workers = this.#nodes.get(shown.node);
    (shown.kind === "instance" ? workers?.sending : workers?.mpps)?.wake(true);
    return shown;
  }

  /** Keeps it here until somebody presses retry. Throws OutboxError. */
  hold(id: number, actor: string): ShownDelivery {
    this.#byHand.hold(id, actor);
    return this.get(id);
  }

  /** Never sends it to this node, unless somebody presses retry. Throws OutboxError. */
  cancel(id: number, actor: string): ShownDelivery {
    this.#byHand.cancel(id, actor);
    return this.get(id);
  }

  /** Sends the next encoding of the node's ladder instead, for one that the node refused. Throws OutboxError. */
  sendAs(id: number, actor: string): ShownDelivery {
    this.#byHand.sendAs(id, actor);
    return this.get(id);
  }

  /** What each node was found to need instead of the original. */
  encodings(): NodeEncoding[] {
    return nodeEncodings(this.#options.database);
  }

  /** The node is sent originals again, from the next release on. Says how many encodings were forgotten. */
  forgetEncodings(node: string, actor: string): number {
    return forgetNodeEncodings(this.#options.database, node, actor, this.#options.clock());
  }

  #workersOf(node: OutboxNode): NodeWorkers {
    const shared = { ...this.#options, node };
    const commitment =
      proofBy(node) === null
        ? null
        : new CommitmentWorker({ ...shared, reports: this.#reports, wake: () => this.wake() });
    const sending = !node.roles.includes("storage")
      ? null
      : new NodeWorker({
          ...shared,
          renditions: this.#renditions,
          lookUp: (wanted, signal) => findsInstance(node, wanted, signal),
          onStored: () => commitment?.wake(),
          onWanted: () => this.#tellWanted(),
        });
    return { node, sending, mpps: node.roles.includes("mpps") ? new MppsWorker(shared) : null, commitment };
  }

  #supervised(node: string, signal: AbortSignal, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return supervise(task, {
      signal,
      healthyAfterMs: 60_000,
      backoff: { firstMs: 1_000, maxMs: 30_000, jitter: 0.2 },
      onFailure: (error) => this.#options.log.error({ node, error: String(error) }, "outbox worker failed"),
    });
  }

  /** What was being sent when the box stopped, to a node that has lost its role since: nobody else would take it back. */
  #takeBackUnsendable(): void {
    const { database, clock, log } = this.#options;
    for (const name of nodesSending(database)) {
      const { sending = null, mpps = null } = this.#nodes.get(name) ?? {};
      const kinds: DeliveryKind[] = [];
      if (sending === null) kinds.push("instance");
      if (mpps === null) kinds.push("mpps-create", "mpps-set");
      const interrupted = recoverInterrupted(database, name, kinds, clock());
      if (interrupted > 0) log.warn({ node: name, interrupted }, "deliveries to a node without the role wait again");
    }
  }

  /**
   * A node that was set to prove nothing any more is waited for no longer: what it has stays sent. What it said that it
   * does not have is a person's still.
   */
  #giveUpProofs(): void {
    const { database, clock, log } = this.#options;
    const proving = [...this.#nodes.values()].filter(({ node }) => proofBy(node) !== null).map(({ node }) => node.name);
    const others = [...this.#nodes.keys()].filter((name) => !proving.includes(name));
    const reason = "The settings say that this node can prove nothing.";
    database.transaction(() => {
      const { changes } = database
        .prepare(
          `UPDATE delivery INDEXED BY delivery_unsafe SET commitment = 'not-required', commitment_reason = ?1 WHERE transfer = 'stored'
           AND commitment IN ('owed', 'requested', 'failed') AND commitment <> 'failed' AND node IN (SELECT value FROM json_each(?2))`,
        )
        .run(reason, JSON.stringify(others));
      if (changes === 0) return;
      const detail = { deliveries: Number(changes), nodes: others };
      recordAudit(database, {
        at: clock(),
        actor: "scopeline",
        action: "proof-given-up",
        subjectKind: "service",
        subjectId: "outbox",
        detail,
      });
      log.warn(detail, "nodes prove nothing any more: not waited for");
    });
  }

  /** Within a worker's run, so that a database that takes nothing now (a full disk) is asked again and costs nothing else. */
  #oweForgotten(): void {
    const forgotten = this.#renditions.oweForgotten();
    if (forgotten === 0) return;
    this.#options.log.warn({ forgotten }, "captures from before an archive was set up are sent now");
    this.wake();
    this.#tellWanted();
  }

  #tellWanted(): void {
    for (const listener of this.#onWanted) listener();
  }

  /** A pending delivery of a node that is down waits for the node, not for itself. */
  #shown(view: DeliveryView): ShownDelivery {
    const otherEncoding = view.transfer === "held" ? (this.#byHand.otherEncoding(view.id)?.label ?? null) : null;
    if (view.transfer !== "pending") return { ...view, otherEncoding };
    const workers = this.#nodes.get(view.node);
    const state = (view.kind === "instance" ? workers?.sending : workers?.mpps)?.state();
    if (state === undefined) {
      const reason = `${view.node} is not in the settings any more. Enter it again, or cancel.`;
      return { ...view, otherEncoding, reason };
    }
    if (state.downSince === null) return { ...view, otherEncoding };
    const nextAttemptAt = Math.max(view.nextAttemptAt ?? 0, state.nextTryAt ?? 0);
    return { ...view, otherEncoding, reason: state.reason, nextAttemptAt };
  }
}
