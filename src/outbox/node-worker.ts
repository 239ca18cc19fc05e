import { join } from "node:path";
import { type Association, DimseError, openAssociation, type StoreInput } from "../dimse/dimse.ts";
import { pauseMs } from "../lib/backoff.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { Wakeup } from "../lib/wakeup.ts";
import type { Database } from "../store/store.ts";
import {
  type AttemptRecord,
  type ClaimedDelivery,
  claimNext,
  dueEncodings,
  nextDueAt,
  peekNext,
  recordOutcome,
  shortenPauses,
  unclaim,
} from "./deliveries.ts";
import { findsInstance } from "./look-up.ts";
import { type Outcome, outcomeOfStore } from "./outcome.ts";
import type { StorageNode } from "./storage-node.ts";
import { causeAndCure } from "./why-not.ts";

export interface NodeState {
  readonly node: string;
  /** Since when the node could not be reached at all; null when it answered last. */
  readonly downSince: number | null;
  readonly reason: string | null;
  readonly nextTryAt: number | null;
}

export interface NodeWorkerOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly node: StorageNode;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

type Settled = Exclude<Outcome, { kind: "duplicate" }>;
type Encoding = Pick<ClaimedDelivery, "sopClassUid" | "transferSyntaxUid">;

/** Presentation context ids are odd bytes: 128 at most (PS3.8 9.3.2.2). */
const maxContexts = 128;
const jitter = 0.25;

/** Sends what is owed to one node, one after the other, over as few associations as the node allows. */
export class NodeWorker {
  readonly #options: NodeWorkerOptions;
  readonly #wakeup = new Wakeup();
  #downSince: number | null = null;
  #downReason: string | null = null;
  /** By the monotonic clock: no step of the wall clock makes a pause longer. */
  #pausedUntil = 0;
  #nodeFailures = 0;

  constructor(options: NodeWorkerOptions) {
    this.#options = options;
  }

  state(): NodeState {
    const { node, clock } = this.#options;
    return {
      node: node.name,
      downSince: this.#downSince,
      reason: this.#downReason,
      nextTryAt:
        this.#downSince === null ? null : Math.round(clock() + Math.max(0, this.#pausedUntil - performance.now())),
    };
  }

  /** Looks at the queue again now; `atOnce` also ends a pause after failures. */
  wake(atOnce = false): void {
    if (atOnce) this.#pausedUntil = 0;
    this.#wakeup.wake();
  }

  /** Runs until the signal aborts. A defect in here is thrown to whoever supervises. */
  async run(signal: AbortSignal): Promise<void> {
    const { database, node, clock } = this.#options;
    while (!signal.aborted) {
      shortenPauses(database, node.name, clock(), node.retry.maxMs);
      const due = nextDueAt(database, node.name) ?? Number.POSITIVE_INFINITY;
      const waitMs = Math.max(due - clock(), this.#pausedUntil - performance.now());
      // A clock may step at any time: look again at least every minute.
      if (waitMs > 0) await this.#wakeup.wait(Math.min(waitMs, 60_000), signal);
      else await this.#sendDue(signal);
    }
  }

  async #sendDue(signal: AbortSignal): Promise<void> {
    const { database, node, clock } = this.#options;
    const proposed = dueEncodings(database, node.name, clock(), maxContexts);
    const contexts = proposed.map((p) => ({ abstractSyntax: p.sopClassUid, transferSyntaxes: [p.transferSyntaxUid] }));
    let association: Association;
    try {
      association = await openAssociation(node.address, contexts, {
        ...(node.deadlines && { deadlines: node.deadlines }),
        ...(node.maxPduBytes && { maxPduBytes: node.maxPduBytes }),
        signal,
      });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof DimseError && error.code === "context-refused") this.#holdRefused(proposed, error.message);
      else this.#nodeFailed(error);
      return;
    }
    try {
      for (let usable = true; usable && !signal.aborted; ) {
        const delivery = claimNext(database, node.name, clock());
        if (delivery === undefined) break;
        if (!isAmong(proposed, delivery)) {
          // Became due while this association was open: it needs a context of its own, so a new association.
          unclaim(database, delivery.id);
          break;
        }
        this.#tell(delivery.id);
        usable = await this.#send(association, delivery, proposed, signal);
        this.#tell(delivery.id);
      }
      await association.release().catch(() => {});
    } finally {
      // Also when the database threw: no association is left behind.
      association.abort();
    }
  }

  /** One attempt; false when the association cannot be used any more. */
  async #send(
    association: Association,
    delivery: ClaimedDelivery,
    proposed: readonly Encoding[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const { database, node, clock, log, storageDirectory } = this.#options;
    const startedAt = clock();
    const record = (outcome: Settled, status: number | null, peerWords: string | null): void =>
      this.#record(delivery, startedAt, outcome, status, peerWords);
    if (!association.accepts(delivery.sopClassUid, delivery.transferSyntaxUid)) {
      this.#nodeAnswered();
      record({ kind: "held", reason: contextRefused(node.name) }, null, refusedContext(delivery));
      return true;
    }
    try {
      const next = peekNext(database, node.name, clock());
      const response = await association.store(
        storeInput(storageDirectory, delivery),
        next && isAmong(proposed, next) ? storeInput(storageDirectory, next) : undefined,
      );
      this.#nodeAnswered();
      const outcome = outcomeOfStore(response.status, node.retry.heldAfterAttempts);
      const settled = outcome.kind === "duplicate" ? await this.#duplicate(delivery, signal) : outcome;
      record(settled, response.status, response.errorComment ?? null);
      // An archive that refuses before it has read everything costs the association, nothing else.
      return association.isOpen;
    } catch (error) {
      if (signal.aborted) {
        association.abort();
        unclaim(database, delivery.id);
        return false;
      }
      if (!(error instanceof DimseError)) throw error;
      const reason = causeAndCure(node.name, error);
      if (isOurOwn(error)) {
        log.error({ delivery: delivery.id, error: error.message }, "cannot read an instance");
        record({ kind: "held", reason }, null, error.message);
      } else {
        record({ kind: "retry", reason, limit: null }, null, error.message);
        this.#associationLost(error);
      }
      association.abort();
      return false;
    }
  }

  #record(
    delivery: ClaimedDelivery,
    startedAt: number,
    outcome: Settled,
    status: number | null,
    peerWords: string | null,
  ): void {
    const { database, node, clock, log } = this.#options;
    const failuresInARow = delivery.failuresInARow + 1;
    const attempt: AttemptRecord = { deliveryId: delivery.id, startedAt, endedAt: clock(), status, peerWords };
    const pause = pauseMs(failuresInARow, { ...node.retry, jitter });
    recordOutcome(database, attempt, outcome, { pauseMs: outcome.kind === "stored" ? 0 : pause, failuresInARow });
    log.info({ delivery: delivery.id, node: node.name, outcome: outcome.kind, status }, "attempt ended");
  }

  /** The node takes none of the encodings that were proposed: each delivery in them needs a person, the others do not. */
  #holdRefused(proposed: readonly Encoding[], words: string): void {
    const { database, node, clock } = this.#options;
    this.#nodeAnswered();
    for (;;) {
      const startedAt = clock();
      const delivery = claimNext(database, node.name, startedAt);
      if (delivery === undefined) return;
      if (!isAmong(proposed, delivery)) {
        unclaim(database, delivery.id);
        return;
      }
      this.#record(delivery, startedAt, { kind: "held", reason: contextRefused(node.name) }, null, words);
      this.#tell(delivery.id);
    }
  }

  /** 0x0111: believed only as far as the archive can show it. */
  async #duplicate(delivery: ClaimedDelivery, signal: AbortSignal): Promise<Settled> {
    const { node, log } = this.#options;
    const found = await findsInstance(node, delivery, signal).catch((error: unknown) => {
      if (signal.aborted || !(error instanceof DimseError)) throw error;
      log.warn({ delivery: delivery.id, node: node.name, error: error.message }, "a duplicate could not be looked up");
      return "not-now" as const;
    });
    if (found === "not-now") {
      const reason = `${node.name} says it has this instance already, and could not be asked for it just now. Asked again by itself.`;
      return { kind: "retry", reason, limit: null };
    }
    if (found === "yes") return { kind: "stored", warning: `${node.name} had it already.` };
    if (found === "cannot-ask")
      return { kind: "stored", warning: `${node.name} says it had it already; it cannot be asked for it.` };
    return {
      kind: "held",
      reason: `${node.name} says it has this instance already, but does not find it. Ask its administrator, then press Retry.`,
    };
  }

  #nodeAnswered(): void {
    const wasDown = this.#downSince !== null;
    this.#downSince = null;
    this.#downReason = null;
    this.#nodeFailures = 0;
    this.#pausedUntil = 0;
    if (wasDown) this.#options.news.tell({ topic: "health" });
  }

  #nodeFailed(error: unknown): void {
    const { node, clock, log, news } = this.#options;
    this.#nodeFailures += 1;
    this.#downSince ??= clock();
    this.#downReason = causeAndCure(node.name, error);
    this.#pausedUntil = performance.now() + pauseMs(this.#nodeFailures, { ...node.retry, jitter });
    log.warn({ node: node.name, failures: this.#nodeFailures, error: String(error) }, "storage node not reached");
    news.tell({ topic: "health" });
    news.tell({ topic: "delivery" });
  }

  /** Losing one association is that delivery's failure; losing several in a row is the node's. */
  #associationLost(error: DimseError): void {
    this.#nodeFailures += 1;
    if (this.#nodeFailures < 3) return;
    this.#nodeFailures -= 1;
    this.#nodeFailed(error);
  }

  #tell(deliveryId: number): void {
    this.#options.news.tell({ topic: "delivery", id: String(deliveryId) });
  }
}

/** Not the peer's fault, and no retry heals it. */
function isOurOwn(error: DimseError): boolean {
  return error.code === "file-unreadable" || error.code === "invalid-request";
}

function isAmong(encodings: readonly Encoding[], one: Encoding): boolean {
  return encodings.some((e) => e.sopClassUid === one.sopClassUid && e.transferSyntaxUid === one.transferSyntaxUid);
}

function contextRefused(node: string): string {
  return `${node} does not take this kind of image in this encoding. Its administrator has to allow it, then press Retry.`;
}

function refusedContext({ sopClassUid, transferSyntaxUid }: Encoding): string {
  return `presentation context refused: ${sopClassUid} in ${transferSyntaxUid}`;
}

function storeInput(storageDirectory: string, delivery: ClaimedDelivery): StoreInput {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset: offset } = delivery;
  const file = join(storageDirectory, delivery.file);
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, file, offset, sizeBytes: delivery.sizeBytes - offset };
}
