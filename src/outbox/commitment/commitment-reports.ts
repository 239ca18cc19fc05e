import { recordAudit } from "../../audit/audit.ts";
import { type DataSet, isUid, serviceClasses, textOf } from "../../dicom/dicom.ts";
import type { EventReport } from "../../dimse/dimse.ts";
import { type Clock, monotonicMs } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import { type AskedInstance, failureWords, judgeReport, type Verdict } from "./report.ts";
import { askAgain, sendAgain, settleCommitted, settleFailed } from "./settle.ts";

export interface CommitmentReportsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  /** Something may have to be sent or asked again now. */
  readonly wake: () => void;
}

/** Answers to an N-EVENT-REPORT (PS3.7 10.1.1.1.8; PS3.4 J.3.3.1.4 defines none of its own). */
const success = 0x0000;
const noSuchEventType = 0x0113;
const invalidArgument = 0x0115;
const noSuchClass = 0x0118;

/** Reports on unknown transactions that get a line in the log and an audit row. */
const unknownAudited = 20;
const unknownWithinMs = 3_600_000;

const successful = 1;
const failuresExist = 2;

/** Reports on what was asked of any node, in any order, on whatever association and however late they come. */
export class CommitmentReports {
  readonly #options: CommitmentReportsOptions;
  #unknownSince = Number.NEGATIVE_INFINITY;
  #unknownReports = 0;

  constructor(options: CommitmentReportsOptions) {
    this.#options = options;
  }

  /**
   * Takes a report (PS3.4 J.3.3); all of it is on disk when this returns the status to answer. 0115: a transaction that
   * this box does not know, or a report that names nothing which was asked about. Twice the same changes nothing.
   */
  async take(report: EventReport): Promise<number> {
    if (report.sopClassUid !== serviceClasses.storageCommitmentPush) return noSuchClass;
    if (report.eventTypeId !== successful && report.eventTypeId !== failuresExist) return noSuchEventType;
    const { database, log, news, wake } = this.#options;
    const transactionUid = textOf(report.information, "TransactionUID");
    const request = this.#requestOf(transactionUid);
    if (request === undefined) {
      this.#unknown(transactionUid, report.caller.callingAeTitle);
      return invalidArgument;
    }
    const taken = database.transaction(() => this.#settle(request, report.information));
    log.info({ node: request.node, transactionUid, ...taken }, "commitment report");
    if (taken.changed > 0) {
      news.tell({ topic: "delivery" });
      wake();
    }
    return taken.named === 0 ? invalidArgument : success;
  }

  /** Into the log and the audit, but not for as often as somebody likes: whoever reaches the port may send these. */
  #unknown(transactionUid: string, callingAeTitle: string): void {
    const { database, clock, log } = this.#options;
    const detail = { callingAeTitle, transaction: isUid(transactionUid) ? transactionUid : null };
    const now = monotonicMs();
    if (now - this.#unknownSince > unknownWithinMs) {
      this.#unknownSince = now;
      this.#unknownReports = 0;
    }
    this.#unknownReports += 1;
    if (this.#unknownReports > unknownAudited) return;
    log.warn(detail, "a report on a transaction that is not ours");
    recordAudit(database, {
      at: clock(),
      actor: "scopeline",
      action: "commitment-report-unknown",
      subjectKind: "service",
      subjectId: "commitment",
      detail,
    });
  }

  #requestOf(transactionUid: string): OpenRequest | undefined {
    const row = this.#options.database
      .prepare("SELECT rowid AS number, node, state FROM commitment_request WHERE transaction_uid = ?")
      .get(transactionUid);
    if (row === undefined) return undefined;
    return { transactionUid, number: Number(row.number), node: String(row.node), state: String(row.state) };
  }

  /** Inside a transaction. Says how many instances of the request the report names, and how many deliveries changed. */
  #settle(request: OpenRequest, information: DataSet): { named: number; changed: number; foreign: number } {
    const { database, clock } = this.#options;
    const { transactionUid } = request;
    const asked = this.#asked(transactionUid);
    const { verdicts, foreign } = judgeReport(information, asked);
    const at = clock();
    const conclude = database.prepare(
      "UPDATE commitment_item SET result = ?, reason = ? WHERE transaction_uid = ? AND delivery_id = ?",
    );
    let changed = 0;
    for (const one of asked) {
      const verdict = verdicts.get(one.deliveryId);
      if (verdict === undefined || one.hasResult) continue;
      const result = verdict.kind === "committed" ? "committed" : "failed";
      conclude.run(result, verdict.kind === "committed" ? null : verdict.reason, transactionUid, one.deliveryId);
      if (this.#apply(request, one.deliveryId, verdict, at)) changed += 1;
    }
    const isComplete = asked.every(({ deliveryId, hasResult }) => hasResult || verdicts.has(deliveryId));
    if (isComplete && request.state !== "answered") {
      database
        .prepare("UPDATE commitment_request SET state = 'answered', answered_at = ? WHERE transaction_uid = ?")
        .run(at, transactionUid);
    }
    return { named: verdicts.size, changed, foreign };
  }

  #asked(transactionUid: string): (AskedInstance & { readonly hasResult: boolean })[] {
    return this.#options.database
      .prepare(
        `SELECT c.delivery_id AS deliveryId, c.result, i.sop_class_uid AS sopClassUid, i.sop_instance_uid AS sopInstanceUid
         FROM commitment_item c JOIN delivery d ON d.id = c.delivery_id JOIN instance i USING (sop_instance_uid)
         WHERE c.transaction_uid = ?`,
      )
      .all(transactionUid)
      .map((row) => ({
        deliveryId: Number(row.deliveryId),
        sopClassUid: String(row.sopClassUid),
        sopInstanceUid: String(row.sopInstanceUid),
        hasResult: row.result !== null,
      }));
  }

  /**
   * Only a delivery that is stored and still waits for proof changes, and not by a report from before it was sent
   * again: what came to be known since counts more. False: nothing changed.
   */
  #apply(request: OpenRequest, deliveryId: number, verdict: Verdict, at: number): boolean {
    const { database } = this.#options;
    const waits = database
      .prepare(
        `SELECT 1 FROM delivery d WHERE d.id = ? AND d.transfer = 'stored' AND d.commitment IN ('owed', 'requested')
         AND NOT EXISTS (SELECT 1 FROM commitment_item c JOIN commitment_request r USING (transaction_uid)
           WHERE c.delivery_id = d.id AND c.result = 'failed' AND r.rowid > ?)`,
      )
      .get(deliveryId, request.number);
    if (waits === undefined) return false;
    const detail = { transaction: request.transactionUid };
    switch (verdict.kind) {
      case "committed":
        settleCommitted(database, deliveryId, "commitment", at, detail);
        return true;
      case "send-again": {
        const words = failureWords(verdict.reason);
        sendAgain(database, deliveryId, request.node, words, at, { ...detail, failureReason: verdict.reason });
        return true;
      }
      case "ask-again": {
        const words = `${request.node} did not take the request: ${failureWords(verdict.reason)}. Asked again by itself.`;
        askAgain(database, deliveryId, words, at, { ...detail, failureReason: verdict.reason });
        return true;
      }
      case "failed": {
        const words = `${request.node} does not commit to this image: ${failureWords(verdict.reason)}. Ask its administrator.`;
        settleFailed(database, deliveryId, words, at, { ...detail, failureReason: verdict.reason });
        return true;
      }
      default:
        return verdict satisfies never;
    }
  }
}

interface OpenRequest {
  readonly transactionUid: string;
  /** Later requests have higher numbers, whatever the clock did. */
  readonly number: number;
  readonly node: string;
  readonly state: string;
}
