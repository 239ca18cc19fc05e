import { recordAudit } from "../../audit/audit.ts";
import type { Database } from "../../store/store.ts";
import type { AskedInstance } from "./report.ts";
import type { WantedInstance } from "./verify.ts";

/** Who says so, where it is this box. */
const actor = "scopeline";

export function auditDelivery(
  database: Database,
  deliveryId: number,
  action: string,
  at: number,
  detail: Readonly<Record<string, unknown>>,
): void {
  recordAudit(database, { at, actor, action, subjectKind: "delivery", subjectId: String(deliveryId), detail });
}

/** What one procedure has at a node that is stored and not proven. */
export interface UnprovenProcedure {
  readonly procedureId: string;
  readonly lastStoredAt: number;
}

/** The next procedure, by id, with something to prove at a node; undefined: there is none after `after`. */
export function nextUnproven(database: Database, node: string, after: string): UnprovenProcedure | undefined {
  const unproven = "FROM delivery WHERE node = ? AND transfer = 'stored' AND commitment = 'owed'";
  const next = database.prepare(`SELECT min(procedure_id) AS id ${unproven} AND procedure_id > ?`).get(node, after);
  if (next === undefined || next.id === null) return undefined;
  const procedureId = String(next.id);
  const last = database.prepare(`SELECT max(stored_at) AS at ${unproven} AND procedure_id = ?`).get(node, procedureId);
  return { procedureId, lastStoredAt: Number(last?.at ?? 0) };
}

/** Whether more of a procedure is on its way to a node. */
export function isStillSending(database: Database, node: string, procedureId: string): boolean {
  const sending = database
    .prepare(
      `SELECT 1 FROM delivery WHERE procedure_id = ? AND node = ? AND kind = 'instance' AND transfer IN ('pending', 'sending') LIMIT 1`,
    )
    .get(procedureId, node);
  return sending !== undefined;
}

export interface UnprovenInstance extends AskedInstance, WantedInstance {
  /** How often it was asked about without an answer that says anything about it. */
  readonly unanswered: number;
}

/** Of one procedure at one node, those stored first; the ones that were asked about least come first. */
export function unprovenInstances(
  database: Database,
  node: string,
  procedureId: string,
  limit: number,
): UnprovenInstance[] {
  return database
    .prepare(
      `SELECT d.id AS deliveryId, i.sop_class_uid AS sopClassUid, i.sop_instance_uid AS sopInstanceUid,
         i.series_instance_uid AS seriesInstanceUid, p.study_instance_uid AS studyInstanceUid,
         (SELECT count(*) FROM commitment_item c JOIN commitment_request r USING (transaction_uid)
          WHERE c.delivery_id = d.id AND ((c.result IS NULL AND r.state = 'expired') OR c.reason = 0x0131)) AS unanswered
       FROM delivery d JOIN instance i USING (sop_instance_uid) JOIN procedure p ON p.id = d.procedure_id
       WHERE d.node = ? AND d.procedure_id = ? AND d.transfer = 'stored' AND d.commitment = 'owed'
       ORDER BY unanswered, d.stored_at, d.id LIMIT ?`,
    )
    .all(node, procedureId, limit) as unknown as UnprovenInstance[];
}

export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly node: string;
  readonly procedureId: string;
}

/** Writes a request down before it leaves: `asking`, and each of its deliveries `requested`. */
export function beginRequest(
  database: Database,
  request: CommitmentRequest,
  instances: readonly AskedInstance[],
  times: { readonly at: number; readonly dueAt: number },
): void {
  const { transactionUid, node, procedureId } = request;
  database.transaction(() => {
    database
      .prepare(
        `INSERT INTO commitment_request (transaction_uid, node, procedure_id, state, requested_at, due_at)
         VALUES (?, ?, ?, 'asking', ?, ?)`,
      )
      .run(transactionUid, node, procedureId, times.at, times.dueAt);
    const item = database.prepare("INSERT INTO commitment_item (transaction_uid, delivery_id) VALUES (?, ?)");
    const requested = database.prepare("UPDATE delivery SET commitment = 'requested' WHERE id = ?");
    for (const { deliveryId } of instances) {
      item.run(transactionUid, deliveryId);
      requested.run(deliveryId);
      auditDelivery(database, deliveryId, "commitment-requested", times.at, { transaction: transactionUid });
    }
  });
}

/** The node took the request: its report may come within the time. A report that was faster is left as it is. */
export function requestTaken(database: Database, transactionUid: string, dueAt: number): void {
  database
    .prepare("UPDATE commitment_request SET state = 'asked', due_at = ? WHERE transaction_uid = ? AND state = 'asking'")
    .run(dueAt, transactionUid);
}

/** Whether this request waits for nothing more. */
export function isAnswered(database: Database, transactionUid: string): boolean {
  const row = database.prepare("SELECT state FROM commitment_request WHERE transaction_uid = ?").get(transactionUid);
  return row?.state === "answered";
}

/** No report is awaited any more: what it said nothing about is owed again, with the reason. Says how many. */
export function expireRequest(database: Database, transactionUid: string, words: string, at: number): number {
  return database.transaction(() => {
    database
      .prepare(
        "UPDATE commitment_request SET state = 'expired', words = ? WHERE transaction_uid = ? AND state <> 'answered'",
      )
      .run(words, transactionUid);
    const open = database
      .prepare(
        `SELECT d.id FROM commitment_item c JOIN delivery d ON d.id = c.delivery_id
         WHERE c.transaction_uid = ? AND c.result IS NULL AND d.commitment = 'requested'`,
      )
      .all(transactionUid);
    const owed = database.prepare("UPDATE delivery SET commitment = 'owed', commitment_reason = ? WHERE id = ?");
    for (const { id } of open) {
      owed.run(words, Number(id));
      auditDelivery(database, Number(id), "commitment-expired", at, { transaction: transactionUid, words });
    }
    return open.length;
  });
}

/** Requests of a node that wait for a report, the first due first. */
export function openRequests(
  database: Database,
  node: string,
): { transactionUid: string; state: "asking" | "asked"; dueAt: number }[] {
  return database
    .prepare(
      `SELECT transaction_uid AS transactionUid, state, due_at AS dueAt FROM commitment_request
       WHERE state IN ('asking', 'asked') AND node = ? ORDER BY due_at`,
    )
    .all(node) as unknown as { transactionUid: string; state: "asking" | "asked"; dueAt: number }[];
}

/** A clock that was set back leaves reports due in a far future: none later than `latest`. */
export function shortenDueTimes(database: Database, node: string, latest: number): void {
  database
    .prepare("UPDATE commitment_request SET due_at = ? WHERE state IN ('asking', 'asked') AND due_at > ? AND node = ?")
    .run(latest, latest, node);
}

/** `requested` without an open request would wait for ever: owed again. Says how many. */
export function oweOrphans(database: Database, node: string, at: number): number {
  return database.transaction(() => {
    const orphans = database
      .prepare(
        `SELECT id FROM delivery d WHERE commitment = 'requested' AND node = ? AND NOT EXISTS
           (SELECT 1 FROM commitment_item c JOIN commitment_request r USING (transaction_uid)
            WHERE c.delivery_id = d.id AND c.result IS NULL AND r.state IN ('asking', 'asked'))`,
      )
      .all(node);
    const owed = database.prepare("UPDATE delivery SET commitment = 'owed' WHERE id = ?");
    for (const { id } of orphans) {
      owed.run(Number(id));
      auditDelivery(database, Number(id), "commitment-expired", at, { words: "no request for it was open" });
    }
    return orphans.length;
  });
}

/** Why these are not proven yet, for the person at the screen. */
export function explainUnproven(database: Database, deliveryIds: readonly number[], words: string): void {
  database.transaction(() => {
    const explain = database.prepare("UPDATE delivery SET commitment_reason = ? WHERE id = ? AND commitment = 'owed'");
    for (const id of deliveryIds) explain.run(words, id);
  });
}
