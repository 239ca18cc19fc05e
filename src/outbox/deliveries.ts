import { recordAudit } from "../audit/audit.ts";
import type { Database } from "../store/store.ts";
import type { Outcome } from "./outcome.ts";

export type Transfer = "pending" | "sending" | "stored" | "held" | "cancelled";

/** A delivery that a worker has claimed, with all it needs to send it. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** Relative to the storage directory. */
  readonly file: string;
  readonly dataSetOffset: number;
  readonly sizeBytes: number;
  readonly failuresInARow: number;
}

const claimColumns = `d.id, d.failures_in_a_row AS failuresInARow, i.sop_instance_uid AS sopInstanceUid,
  i.series_instance_uid AS seriesInstanceUid, p.study_instance_uid AS studyInstanceUid, i.sop_class_uid AS sopClassUid,
  i.transfer_syntax_uid AS transferSyntaxUid, i.file, i.data_set_offset AS dataSetOffset, i.size_bytes AS sizeBytes`;

/** Owes one composed Instance to each node. Call inside the transaction that records the Instance. */
export function oweInstance(
  database: Database,
  instance: { sopInstanceUid: string; procedureId: string; sizeBytes: number },
  nodes: readonly string[],
  at: number,
): void {
  const insert = database.prepare(
    "INSERT INTO delivery (node, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at) VALUES (?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT DO NOTHING",
  );
  for (const node of nodes) insert.run(node, instance.sopInstanceUid, instance.procedureId, instance.sizeBytes, at, at);
}

/**
 * Owes to every node what was composed while none was set up. What has a delivery, to whichever node, is left as it is:
 * a node that is added later gets new Instances only (docs/decisions/006-new-nodes.md). Says how many.
 */
export function oweForgotten(database: Database, nodes: readonly string[], at: number): number {
  if (nodes.length === 0) return 0;
  return database.transaction(() => {
    const forgotten = database
      .prepare(
        `SELECT sop_instance_uid AS sopInstanceUid, procedure_id AS procedureId, size_bytes AS sizeBytes FROM instance i
         WHERE composed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sop_instance_uid = i.sop_instance_uid)`,
      )
      .all();
    for (const row of forgotten) oweInstance(database, row as never, nodes, at);
    if (forgotten.length > 0) {
      recordAudit(database, {
        at,
        actor: "scopeline",
        action: "forgotten-instances-owed",
        subjectKind: "service",
        subjectId: "outbox",
        detail: { instances: forgotten.length, nodes },
      });
    }
    return forgotten.length;
  });
}

/** Nobody is sending to this node now: what was being sent is pending again. The same UID makes a second send harmless. */
export function recoverInterrupted(database: Database, node: string, at: number): number {
  return database.transaction(() => {
    const interrupted = database.prepare("SELECT id FROM delivery WHERE transfer = 'sending' AND node = ?").all(node);
    const attempt = database.prepare(
      "INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, detail) VALUES (?, ?, ?, 'interrupted', 'the box stopped while sending')",
    );
    for (const row of interrupted) attempt.run(Number(row.id), at, at);
    database
      .prepare("UPDATE delivery SET transfer = 'pending', next_attempt_at = ? WHERE transfer = 'sending' AND node = ?")
      .run(at, node);
    return interrupted.length;
  });
}

/** What is due for a node, in order, without claiming it: to know which presentation contexts to propose. */
export function dueEncodings(
  database: Database,
  node: string,
  at: number,
  limit: number,
): { sopClassUid: string; transferSyntaxUid: string }[] {
  const rows = database
    .prepare(
      `SELECT DISTINCT sop_class_uid AS sopClassUid, transfer_syntax_uid AS transferSyntaxUid FROM instance WHERE sop_instance_uid IN (
         SELECT sop_instance_uid FROM delivery WHERE node = ? AND transfer = 'pending' AND next_attempt_at <= ?
         ORDER BY next_attempt_at, id LIMIT ?)`,
    )
    .all(node, at, limit);
  return rows as { sopClassUid: string; transferSyntaxUid: string }[];
}

/** The delivery that would be claimed next, left as it is: its file can be read ahead. */
export function peekNext(database: Database, node: string, at: number): ClaimedDelivery | undefined {
  const row = database
    .prepare(
      `SELECT ${claimColumns} FROM delivery d JOIN instance i USING (sop_instance_uid) JOIN procedure p ON p.id = i.procedure_id
       WHERE d.node = ? AND d.transfer = 'pending' AND d.next_attempt_at <= ? ORDER BY d.next_attempt_at, d.id LIMIT 1`,
    )
    .get(node, at);
  return row as unknown as ClaimedDelivery | undefined;
}

/** Takes the next due delivery of a node, or undefined. On disk as `sending` when this returns. */
export function claimNext(database: Database, node: string, at: number): ClaimedDelivery | undefined {
  return database.transaction(() => {
    const next = peekNext(database, node, at);
    if (next === undefined) return undefined;
    database.prepare("UPDATE delivery SET transfer = 'sending' WHERE id = ?").run(next.id);
    return next;
  });
}

/**
 * A clock that was set back leaves pauses that end in a far future: none is longer than `longestMs` from now.
 * Cheap: reads the end of the index of due times.
 */
export function shortenPauses(database: Database, node: string, at: number, longestMs: number): void {
  const latest = at + longestMs;
  database
    .prepare("UPDATE delivery SET next_attempt_at = ? WHERE node = ? AND transfer = 'pending' AND next_attempt_at > ?")
    .run(latest, node, latest);
}

/** When the next pending delivery of a node falls due; undefined when nothing is pending. */
export function nextDueAt(database: Database, node: string): number | undefined {
  const row = database
    .prepare(
      "SELECT next_attempt_at AS at FROM delivery WHERE node = ? AND transfer = 'pending' ORDER BY next_attempt_at LIMIT 1",
    )
    .get(node);
  return row === undefined ? undefined : Number(row.at);
}

/** Gives back what was claimed but not tried (the association ended before its turn). No attempt is counted. */
export function unclaim(database: Database, id: number): void {
  database.prepare("UPDATE delivery SET transfer = 'pending' WHERE id = ? AND transfer = 'sending'").run(id);
}

export interface AttemptRecord {
  readonly deliveryId: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number | null;
  readonly peerWords: string | null;
}

/** Records what an attempt ended in: attempt row, delivery state and audit in one transaction. */
export function recordOutcome(
  database: Database,
  attempt: AttemptRecord,
  outcome: Exclude<Outcome, { kind: "duplicate" }>,
  next: { readonly pauseMs: number; readonly failuresInARow: number },
): void {
  const { deliveryId, endedAt } = attempt;
  const held =
    outcome.kind === "held" ||
    (outcome.kind === "retry" && outcome.limit !== null && next.failuresInARow >= outcome.limit);
  const transfer: Transfer = outcome.kind === "stored" ? "stored" : held ? "held" : "pending";
  const reason = outcome.kind === "stored" ? null : outcome.reason;
  const warning = outcome.kind === "stored" ? (outcome.warning ?? null) : null;
  database.transaction(() => {
    database
      .prepare(
        "INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status, detail) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(deliveryId, attempt.startedAt, endedAt, outcome.kind, attempt.status, attempt.peerWords ?? reason);
    database
      .prepare(
        `UPDATE delivery SET transfer = ?, attempts = attempts + 1, failures_in_a_row = ?, next_attempt_at = ?, reason = ?,
           peer_words = ?, warning = coalesce(?, warning), stored_at = ? WHERE id = ?`,
      )
      .run(
        transfer,
        outcome.kind === "stored" ? 0 : next.failuresInARow,
        endedAt + next.pauseMs,
        reason,
        attempt.peerWords,
        warning,
        transfer === "stored" ? endedAt : null,
        deliveryId,
      );
    if (transfer !== "pending") {
      recordAudit(database, {
        at: endedAt,
        actor: "scopeline",
        action: `delivery-${transfer}`,
        subjectKind: "delivery",
        subjectId: String(deliveryId),
        detail: { status: attempt.status, reason, warning },
      });
    }
  });
}
