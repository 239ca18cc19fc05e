import { type DataSet, recodeDataSet, serviceClasses } from "../../dicom/dicom.ts";
import { type Association, DimseError, type NResponse } from "../../dimse/dimse.ts";
import { pauseMs } from "../../lib/backoff.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { NewsFeed } from "../../lib/news.ts";
import { Wakeup } from "../../lib/wakeup.ts";
import type { Database } from "../../store/store.ts";
import { type AttemptRecord, recordAttempt, recordOutcome } from "../attempts.ts";
import { associate } from "../commitment/associate.ts";
import { recoverInterrupted, shortenPauses, unclaim } from "../deliveries.ts";
import type { OutboxNode } from "../node.ts";
import { jitter, NodeHealth, type NodeState } from "../sending/node-health.ts";
import { causeAndCure, failureKind } from "../why-not.ts";
import { notTaken, outcomeOfStep, type StepOutcome } from "./outcome.ts";
import {
  type ClaimedMessage,
  cancelAlong,
  cancelMessage,
  claimMessage,
  createAgain,
  earlierAttempts,
  nextMessageAt,
  reviveEnd,
} from "./rows.ts";

export interface MppsWorkerOptions {
  readonly database: Database;
  /** With the role `mpps`. */
  readonly node: OutboxNode;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

export interface MppsState extends NodeState {
  /** The node does not take performed procedure steps: in words, what to do about it. Null: it does, or was not asked yet. */
  readonly refusal: string | null;
}

const performedStep = serviceClasses.modalityPerformedProcedureStep;
/** A clock may step at any time: look again at least every minute. */
const longestWaitMs = 60_000;

interface Ended {
  readonly startedAt: number;
  readonly status: number | null;
  readonly words: string | null;
}

/** Tells one node of performed procedure steps (PS3.4 F.7): each step's messages in order, never behind an image. */
export class MppsWorker {
  readonly #options: MppsWorkerOptions;
  readonly #health: NodeHealth;
  readonly #wakeup = new Wakeup();
  #refusal: string | null = null;

  constructor(options: MppsWorkerOptions) {
    this.#options = options;
    this.#health = new NodeHealth(options);
  }

  state(): MppsState {
    return { ...this.#health.state(), refusal: this.#refusal };
  }

  /** Looks at the queue again now; `atOnce` also ends a pause after failures. */
  wake(atOnce = false): void {
    if (atOnce) this.#health.endPause();
    this.#wakeup.wake();
  }

  /** Runs until the signal aborts. A defect in here is thrown to whoever supervises. */
  async run(signal: AbortSignal): Promise<void> {
    const { database, node, clock, log } = this.#options;
    const interrupted = recoverInterrupted(database, node.name, ["mpps-create", "mpps-set"], clock());
    if (interrupted > 0) log.warn({ node: node.name, interrupted }, "messages about steps were interrupted");
    while (!signal.aborted) {
      shortenPauses(database, node.name, ["step"], clock(), node.retry.maxMs);
      const due = nextMessageAt(database, node.name) ?? Number.POSITIVE_INFINITY;
      const waitMs = Math.max(due - clock(), this.#health.pauseLeftMs());
      if (waitMs > 0) await this.#wakeup.wait(Math.min(waitMs, longestWaitMs), signal);
      else await this.#tellDue(signal);
    }
  }

  async #tellDue(signal: AbortSignal): Promise<void> {
    const { node } = this.#options;
    if (this.#cancelUntold()) return;
    let association: Association;
    try {
      association = await associate(node, performedStep, { signal });
    } catch (error) {
      if (signal.aborted) return;
      const kind = failureKind(error);
      if (error instanceof DimseError && error.code === "context-refused") this.#notTaken(error.message);
      else if (kind === "defect") throw error;
      else this.#health.failed(error);
      return;
    }
    try {
      for (let isUsable = true; isUsable && !signal.aborted; ) {
        if (this.#cancelUntold()) continue;
        const message = this.#claim();
        if (message === undefined) break;
        isUsable = await this.#tell(association, message, signal);
      }
      await association.release().catch(() => {});
    } finally {
      // Also when the database threw: no association is left behind.
      association.abort();
    }
  }

  #claim(): ClaimedMessage | undefined {
    const { database, node, clock } = this.#options;
    const message = claimMessage(database, node.name, clock());
    if (message !== undefined) this.#news(message);
    return message;
  }

  /** The next message is the end of a step whose begin was cancelled: nobody is told. False: it is not. */
  #cancelUntold(): boolean {
    const { database, node, clock } = this.#options;
    const isUntold = database.transaction(() => {
      const message = claimMessage(database, node.name, clock());
      if (message === undefined) return undefined;
      if (message.kind === "mpps-set" && message.creation === "cancelled") {
        cancelAlong(database, message.id, clock());
        return message;
      }
      unclaim(database, message.id);
      return undefined;
    });
    if (isUntold !== undefined) this.#news(isUntold);
    return isUntold !== undefined;
  }

  /** One attempt; false when the association cannot be used any more. */
  async #tell(association: Association, message: ClaimedMessage, signal: AbortSignal): Promise<boolean> {
    const { database, node, clock } = this.#options;
    const startedAt = clock();
    const recoded = recodeDataSet(message.dataSet, node.encoding.characterSet);
    if ("cannotHold" in recoded) {
      const reason = `${node.name} is set to a character set that cannot hold ${recoded.cannotHold.join(", ")}. Set another one for it, then press Retry.`;
      this.#record(message, { startedAt, status: null, words: null }, { kind: "held", reason });
      return true;
    }
    try {
      const response = await request(association, message, recoded.dataSet);
      this.#answered();
      const answer = { node: node.name, request: message.kind === "mpps-create" ? "create" : "set" } as const;
      const earlier = earlierAttempts(database, message.id);
      const outcome = outcomeOfStep({ ...answer, ...response }, earlier, node.retry.heldAfterAttempts);
      this.#record(message, { startedAt, status: response.status, words: response.errorComment ?? null }, outcome);
      return association.isOpen;
    } catch (error) {
      association.abort();
      if (signal.aborted) {
        // It may have arrived: the next start records it as interrupted, and tells it again.
        return false;
      }
      const kind = failureKind(error);
      if (kind === "defect") throw error;
      const reason = causeAndCure(node.name, error);
      const words = error instanceof Error ? error.message : null;
      const outcome: StepOutcome = kind === "own" ? { kind: "held", reason } : { kind: "retry", reason, limit: null };
      this.#record(message, { startedAt, status: null, words }, outcome);
      if (kind !== "own") this.#health.associationLost(error);
      return false;
    }
  }

  #record(message: ClaimedMessage, { startedAt, status, words }: Ended, outcome: StepOutcome): void {
    const { database, node, clock, log } = this.#options;
    const at = clock();
    const attempt: AttemptRecord = { deliveryId: message.id, startedAt, endedAt: at, status, peerWords: words };
    const failuresInARow = message.failuresInARow + 1;
    const pause = pauseMs(failuresInARow, { ...node.retry, jitter });
    database.transaction(() => {
      switch (outcome.kind) {
        case "stored":
          recordOutcome(database, attempt, outcome, { pauseMs: 0, failuresInARow });
          if (message.kind === "mpps-create") reviveEnd(database, node.name, message.performedProcedureStepUid, at);
          return;
        case "retry":
        case "held":
          recordOutcome(database, attempt, outcome, { pauseMs: pause, failuresInARow });
          return;
        case "create-again":
          recordOutcome(
            database,
            attempt,
            { kind: "retry", reason: outcome.reason, limit: null },
            { pauseMs: 0, failuresInARow },
          );
          createAgain(database, node.name, message.performedProcedureStepUid, at);
          return;
        case "cancelled":
          recordAttempt(database, attempt, "held", words ?? outcome.reason);
          database
            .prepare("UPDATE delivery SET attempts = attempts + 1, peer_words = ? WHERE id = ?")
            .run(words, message.id);
          cancelMessage(database, message.id, outcome.reason, at);
          return;
        default:
          outcome satisfies never;
      }
    });
    if (outcome.kind === "cancelled") this.#refused();
    log.info({ delivery: message.id, node: node.name, outcome: outcome.kind, status }, "a step was told of");
    this.#news(message);
  }

  /** The SOP class was refused in negotiation: the message whose turn it was is not told, and nothing else waits for it. */
  #notTaken(words: string): void {
    const { node, clock } = this.#options;
    this.#answered();
    const message = this.#claim();
    if (message === undefined) return;
    this.#record(
      message,
      { startedAt: clock(), status: null, words },
      { kind: "cancelled", reason: notTaken(node.name) },
    );
  }

  #answered(): void {
    this.#health.answered();
    if (this.#refusal !== null) this.#options.news.tell({ topic: "health" });
    this.#refusal = null;
  }

  #refused(): void {
    this.#refusal = notTaken(this.#options.node.name);
    this.#options.news.tell({ topic: "health" });
  }

  #news(message: ClaimedMessage): void {
    this.#options.news.tell({ topic: "delivery", id: String(message.id) });
  }
}

function request(association: Association, message: ClaimedMessage, dataSet: DataSet): Promise<NResponse> {
  const uid = message.performedProcedureStepUid;
  return message.kind === "mpps-create"
    ? association.nCreate(performedStep, uid, dataSet)
    : association.nSet(performedStep, uid, dataSet);
}
