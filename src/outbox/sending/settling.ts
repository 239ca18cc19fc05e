import { sopClasses } from "../../dicom/dicom.ts";
import { pauseMs } from "../../lib/backoff.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import { type AttemptRecord, recordAttempt, recordOutcome } from "../attempts.ts";
import type { ClaimedDelivery } from "../deliveries.ts";
import type { Encoding } from "../delivery.ts";
import { type OutboxNode, proofBy } from "../node.ts";
import { type Outcome, outcomeOfStore, processingFailures, type Settled } from "../outcome.ts";
import { failureKind } from "../why-not.ts";
import { jitter } from "./node-health.ts";
import { originalEncoding } from "./original.ts";
import type { Renditions } from "./renditions.ts";
import { type Accepts, insteadOf, replaceDelivery } from "./replace.ts";
import { parseRenditionKey, rungLabel } from "./rungs.ts";
import type { Answer } from "./transport.ts";

/** Whether a node has an Instance; throws DimseError or DicomWebError when it cannot be asked just now. */
export type LookUp = (
  wanted: Pick<ClaimedDelivery, "studyInstanceUid" | "seriesInstanceUid" | "sopInstanceUid">,
  signal: AbortSignal,
) => Promise<"yes" | "no" | "cannot-ask">;

export interface SettlingOptions {
  readonly database: Database;
  readonly node: OutboxNode;
  readonly renditions: Renditions;
  readonly lookUp: LookUp;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  /** Something of a procedure reached the node. */
  readonly onStored: () => void;
  /** A rendition is wanted that is not made yet. */
  readonly onWanted: () => void;
}

/** Writes down what became of each attempt to send to one node. */
export class Settling {
  readonly #options: SettlingOptions;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** The node answered. Throws when the signal aborts while it is asked for what it says it has. */
  async answered(
    delivery: ClaimedDelivery,
    startedAt: number,
    answer: Answer,
    accepts: Accepts,
    signal: AbortSignal,
  ): Promise<void> {
    const { node } = this.#options;
    const { words } = answer;
    const status = answer.kind === "status" ? answer.status : 0;
    const outcome: Outcome =
      answer.kind === "unconfirmed"
        ? { kind: "look-up", says: "took it unconfirmed" }
        : outcomeOfStore(answer.status ?? unnamedFailure, node.retry.heldAfterAttempts);
    if (outcome.kind === "other-encoding") {
      this.#otherEncoding(delivery, { startedAt, status, words }, accepts, outcome.reason);
      return;
    }
    const settled = outcome.kind === "look-up" ? await this.#lookedUp(delivery, outcome.says, signal) : outcome;
    this.record(delivery, { startedAt, status, words }, settled);
  }

  /** The node does not take this encoding, said before anything was sent or instead of a status. */
  encodingRefused(delivery: ClaimedDelivery, startedAt: number, accepts: Accepts, words: string): void {
    const { node } = this.#options;
    const reason = `${node.name} does not take this kind of image in this encoding. Its administrator has to allow it, then press Retry.`;
    this.#otherEncoding(delivery, { startedAt, status: null, words }, accepts, reason);
  }

  record(
    delivery: ClaimedDelivery,
    attempt: { readonly startedAt: number; readonly status: number | null; readonly words: string | null },
    outcome: Settled,
  ): void {
    const { database, node, log, onStored } = this.#options;
    const failuresInARow = delivery.failuresInARow + 1;
    const pause = outcome.kind === "stored" ? 0 : pauseMs(failuresInARow, { ...node.retry, jitter });
    recordOutcome(database, this.#attempt(delivery, attempt), outcome, {
      pauseMs: pause,
      failuresInARow,
      commitment: proofBy(node) === null ? "not-required" : "owed",
    });
    log.info(
      { delivery: delivery.id, node: node.name, outcome: outcome.kind, status: attempt.status },
      "attempt ended",
    );
    if (outcome.kind === "stored") onStored();
    this.tell(delivery.id);
  }

  tell(deliveryId: number): void {
    this.#options.news.tell({ topic: "delivery", id: String(deliveryId) });
  }

  /** The next rung of its ladder that the node accepts, or a person. */
  #otherEncoding(
    delivery: ClaimedDelivery,
    attempt: { readonly startedAt: number; readonly status: number | null; readonly words: string | null },
    accepts: Accepts,
    reason: string,
  ): void {
    const { database, node, renditions, clock, log, onWanted } = this.#options;
    const isAnother: Accepts = (sopClass, syntax) => !isSame(delivery, sopClass, syntax) && accepts(sopClass, syntax);
    const instead = insteadOf(database, node, delivery, isAnother);
    if (instead === undefined) {
      this.record(delivery, attempt, { kind: "held", reason });
      return;
    }
    const now = instead.step?.label ?? "another encoding";
    const words = `${node.name} does not take ${nameOf(delivery)}. Sent as ${now} instead.`;
    database.transaction(() => {
      recordAttempt(database, this.#attempt(delivery, attempt), "replaced", attempt.words ?? words);
      database
        .prepare("UPDATE delivery SET attempts = attempts + 1, peer_words = ? WHERE id = ?")
        .run(attempt.words, delivery.id);
      const change = { node, delivery, instead, remember: true, reason: words, at: clock(), actor: "scopeline" };
      replaceDelivery(database, renditions, change);
    });
    log.info({ delivery: delivery.id, node: node.name, instead: instead.key }, "another encoding is sent instead");
    onWanted();
    this.tell(delivery.id);
  }

  /** What the node says it has is believed only as far as it can show it. */
  async #lookedUp(
    delivery: ClaimedDelivery,
    says: "has it already" | "took it unconfirmed",
    signal: AbortSignal,
  ): Promise<Settled> {
    const { node, log, lookUp } = this.#options;
    const found = await lookUp(delivery, signal).catch((error: unknown) => {
      if (signal.aborted || failureKind(error) === "defect") throw error;
      log.warn({ delivery: delivery.id, node: node.name, error: String(error) }, "an instance could not be looked up");
      return "not-now" as const;
    });
    const claim =
      says === "has it already"
        ? `${node.name} says it has this instance already`
        : `${node.name} took this instance without saying that it stored it`;
    if (found === "not-now") {
      return {
        kind: "retry",
        reason: `${claim}, and could not be asked for it just now. Asked again by itself.`,
        limit: null,
      };
    }
    // Nothing says that it is there, and nothing ever will: that is not sent.
    if (found === "cannot-ask" && says === "took it unconfirmed" && proofBy(node) === null) {
      const cure = "Let the node be asked (role query), or have it name what it stored, then press Retry.";
      return { kind: "held", reason: `${claim}, and cannot be asked for it. ${cure}` };
    }
    if (found === "cannot-ask") return { kind: "stored", warning: `${claim}; it cannot be asked for it.` };
    if (says === "took it unconfirmed") {
      const limit = Math.min(processingFailures, node.retry.heldAfterAttempts);
      return found === "yes"
        ? { kind: "stored" }
        : { kind: "retry", reason: `${claim}, and does not find it. Sent again by itself.`, limit };
    }
    return found === "yes"
      ? { kind: "stored", warning: `${node.name} had it already.` }
      : { kind: "held", reason: `${claim}, but does not find it. Ask its administrator, then press Retry.` };
  }

  #attempt(
    delivery: ClaimedDelivery,
    attempt: { readonly startedAt: number; readonly status: number | null; readonly words: string | null },
  ): AttemptRecord {
    const { startedAt, status, words } = attempt;
    return { deliveryId: delivery.id, startedAt, endedAt: this.#options.clock(), status, peerWords: words };
  }
}

/** Processing failure (PS3.7 C.5.5): what a failure without a reason is taken for. */
const unnamedFailure = 0x0110;

function isSame(encoding: Encoding, sopClassUid: string, transferSyntaxUid: string): boolean {
  return encoding.sopClassUid === sopClassUid && encoding.transferSyntaxUid === transferSyntaxUid;
}

/** `Video Microscopic Image, as recorded`. */
function nameOf(delivery: ClaimedDelivery): string {
  const { rung } = parseRenditionKey(delivery.rendition);
  if (rung !== "original") return rungLabel(rung);
  const own = originalEncoding(delivery.sopClassUid, delivery.transferSyntaxUid);
  return own === undefined ? "this kind of image" : `${sopClasses[own.sopClass].name}, as recorded`;
}
