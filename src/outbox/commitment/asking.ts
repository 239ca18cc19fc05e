import { newUid, serviceClasses } from "../../dicom/dicom.ts";
import type { Association, EventReport } from "../../dimse/dimse.ts";
import { type Clock, monotonicMs } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { NewsFeed } from "../../lib/news.ts";
import { Wakeup } from "../../lib/wakeup.ts";
import type { Database } from "../../store/store.ts";
import type { OutboxNode } from "../node.ts";
import { causeAndCure, failureKind } from "../why-not.ts";
import { associate } from "./associate.ts";
import type { CommitmentReports } from "./commitment-reports.ts";
import { beginRequest, expireRequest, isAnswered, requestTaken, type UnprovenInstance } from "./rows.ts";

export interface AskingOptions {
  readonly database: Database;
  readonly node: OutboxNode;
  readonly reports: CommitmentReports;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  /** How long an association is kept open for a report on it. */
  readonly lingerMs: number;
}

/** Instances of one procedure that are asked about in one request. */
export interface Question {
  readonly procedureId: string;
  readonly instances: readonly UnprovenInstance[];
}

/** `lost`: no answer to the request; whether it arrived is not known. `class-refused`: the node does not do this at all. */
export type Reply =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly words: string }
  | { readonly kind: "class-refused"; readonly words: string }
  | { readonly kind: "lost"; readonly words: string; readonly error: unknown };

const { storageCommitmentPush: push, storageCommitmentPushInstance: pushInstance } = serviceClasses;
/** Action Type ID (PS3.4 Table J.3-1). */
const requestStorageCommitment = 1;
/** Not every provider takes a request while it waits for the answer to a report of its own: it gets so long for that. */
const betweenRequestsMs = 250;
const isSuccess = (status: number): boolean =>
  status === 0 || status === 0x0001 || status === 0x0107 || status === 0x0116 || (status & 0xf000) === 0xb000;

/** One association on which a node is asked for storage commitment (PS3.4 J.3.2). */
export class Asking {
  readonly #options: AskingOptions;
  readonly #association: Association;
  readonly #asked: string[] = [];
  readonly #reported = new Wakeup();

  private constructor(options: AskingOptions, association: Association) {
    this.#options = options;
    this.#association = association;
    void association.closed.then(() => this.#reported.wake());
  }

  /** Throws DimseError. */
  static async open(options: AskingOptions, signal: AbortSignal): Promise<Asking> {
    const { node, reports } = options;
    const onEventReport = (report: EventReport): Promise<number> => reports.take(report);
    return new Asking(options, await associate(node, push, { signal, onEventReport }));
  }

  get isOpen(): boolean {
    return this.#association.isOpen;
  }

  /** The request is on disk before it leaves; one that is not taken is over, and its Transaction UID never used again. */
  async ask({ procedureId, instances }: Question, signal: AbortSignal): Promise<Reply> {
    const { database, node, clock, news } = this.#options;
    await this.#waitForReports(betweenRequestsMs, signal);
    const transactionUid = newUid();
    const at = clock();
    const dueAt = at + node.commitment.reportWithinMs;
    beginRequest(database, { transactionUid, node: node.name, procedureId }, instances, { at, dueAt });
    try {
      const response = await this.#association.nAction(push, pushInstance, requestStorageCommitment, {
        TransactionUID: transactionUid,
        ReferencedSOPSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
          ReferencedSOPClassUID: sopClassUid,
          ReferencedSOPInstanceUID: sopInstanceUid,
        })),
      });
      if (isSuccess(response.status)) {
        requestTaken(database, transactionUid, clock() + node.commitment.reportWithinMs);
        this.#asked.push(transactionUid);
        news.tell({ topic: "delivery" });
        return { kind: "taken" };
      }
      return this.#notTaken(transactionUid, response.status, response.errorComment);
    } catch (error) {
      // The next start ends what was being asked when the box stopped.
      if (signal.aborted || failureKind(error) === "defect") throw error;
      const words = `${causeAndCure(node.name, error)} Asked for commitment again by itself.`;
      this.#over(transactionUid, words);
      return { kind: "lost", words, error };
    }
  }

  /** Keeps the association for a while, for a node that reports on it, and ends it. */
  async close(signal: AbortSignal): Promise<void> {
    await this.#waitForReports(this.#options.lingerMs, signal);
    await this.#association.release().catch(() => {});
  }

  /** A report has come, maybe on another association; if on this one, its answer leaves first. */
  lookAgain(): void {
    setImmediate(() => this.#reported.wake());
  }

  abort(): void {
    this.#association.abort();
  }

  async #waitForReports(longestMs: number, signal: AbortSignal): Promise<void> {
    const { database } = this.#options;
    const until = monotonicMs() + longestMs;
    const waits = (): boolean => this.#asked.some((transactionUid) => !isAnswered(database, transactionUid));
    while (!signal.aborted && this.isOpen && monotonicMs() < until && waits()) {
      await this.#reported.wait(until - monotonicMs(), signal);
    }
  }

  #notTaken(transactionUid: string, status: number, comment: string | undefined): Reply {
    const { node } = this.#options;
    const code = `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;
    const said = comment === undefined ? code : `${code}, ${comment}`;
    // No such SOP class, SOP class not supported (PS3.7 Annex C).
    const isClass = status === 0x0118 || status === 0x0122;
    const words = isClass
      ? `${node.name} does not take requests for storage commitment (${said}). Its administrator has to allow it.`
      : `${node.name} did not take the request for storage commitment (${said}). Asked again by itself.`;
    this.#over(transactionUid, words);
    return { kind: isClass ? "class-refused" : "refused", words };
  }

  #over(transactionUid: string, words: string): void {
    const { database, clock, log, node, news } = this.#options;
    const open = expireRequest(database, transactionUid, words, clock());
    log.warn({ node: node.name, transactionUid, open }, "a request for commitment was not taken");
    news.tell({ topic: "delivery" });
  }
}
