import { recordAudit } from "../../audit/audit.ts";
import type { DataSet } from "../../dicom/dicom.ts";
import type { Database } from "../../store/store.ts";
import type { PerformedStep, StepEnd } from "../performed-step.ts";
import { type PerformedSeries, type PerformingStation, stepCreation, stepEnding } from "./messages.ts";

type MessageKind = "create" | "completed" | "discontinued";

/**
 * Owes the N-CREATE of a step to these nodes. Inside the caller's transaction; once per step UID, whatever nodes are
 * set up later.
 */
export function stepBegun(
  database: Database,
  step: PerformedStep,
  to: { readonly nodes: readonly string[]; readonly station: PerformingStation; readonly at: number },
): void {
  if (to.nodes.length === 0) return;
  const dataSet = JSON.stringify(stepCreation(step, to.station));
  const messageId = insertMessage(database, step, "create", dataSet, to.at);
  if (messageId === undefined) return;
  owe(database, step, { messageId, kind: "mpps-create", sizeBytes: dataSet.length, nodes: to.nodes, at: to.at });
}

/**
 * Owes the N-SET that ends a step to every node that is told of its begin. Inside the caller's transaction; once per
 * step UID. A step of which nobody was told ends in silence.
 */
export function stepEnded(database: Database, step: PerformedStep, end: StepEnd, at: number): void {
  const uid = step.performedProcedureStepUid;
  const nodes = database
    .prepare("SELECT DISTINCT node FROM delivery WHERE ordering_key = ? AND kind = 'mpps-create'")
    .all(uid)
    .map(({ node }) => String(node));
  const hasEnded = database
    .prepare("SELECT 1 FROM mpps_message WHERE performed_procedure_step_uid = ? AND kind <> 'create'")
    .get(uid);
  if (nodes.length === 0 || hasEnded !== undefined) return;
  const kind = end.discontinued === null ? "completed" : "discontinued";
  const dataSet = JSON.stringify(stepEnding(step, end, performedSeries(database, step.procedureId)));
  const messageId = insertMessage(database, step, kind, dataSet, at);
  if (messageId === undefined) return;
  owe(database, step, { messageId, kind: "mpps-set", sizeBytes: dataSet.length, nodes, at });
}

function insertMessage(
  database: Database,
  step: PerformedStep,
  kind: MessageKind,
  dataSet: string,
  at: number,
): number | undefined {
  const { changes, lastInsertRowid } = database
    .prepare(
      `INSERT INTO mpps_message (procedure_id, performed_procedure_step_uid, kind, data_set, created_at)
       VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    .run(step.procedureId, step.performedProcedureStepUid, kind, dataSet, at);
  return Number(changes) === 0 ? undefined : Number(lastInsertRowid);
}

interface OwedMessage {
  readonly messageId: number;
  readonly kind: "mpps-create" | "mpps-set";
  readonly sizeBytes: number;
  readonly nodes: readonly string[];
  readonly at: number;
}

function owe(database: Database, step: PerformedStep, owed: OwedMessage): void {
  const { messageId, kind, sizeBytes, nodes, at } = owed;
  const insert = database.prepare(
    `INSERT INTO delivery (node, kind, lane, message_id, procedure_id, ordering_key, size_bytes, transfer, next_attempt_at, created_at)
     VALUES (?, ?, 'step', ?, ?, ?, ?, 'pending', ?, ?)`,
  );
  for (const node of nodes)
    insert.run(node, kind, messageId, step.procedureId, step.performedProcedureStepUid, sizeBytes, at, at);
  recordAudit(database, {
    at,
    actor: "scopeline",
    action: kind === "mpps-create" ? "step-begin-owed" : "step-end-owed",
    subjectKind: "procedure",
    subjectId: step.procedureId,
    detail: { message: messageId, nodes },
  });
}

/** The Instances of a procedure by series: those that go to somebody; where nothing does, the originals. */
function performedSeries(database: Database, procedureId: string): PerformedSeries[] {
  const columns =
    "series_instance_uid AS series, sop_class_uid AS referencedSopClassUid, sop_instance_uid AS referencedSopInstanceUid";
  const composed = `SELECT ${columns} FROM instance i WHERE procedure_id = ? AND composed_at IS NOT NULL`;
  const order = "ORDER BY series_instance_uid, instance_number, part";
  const owed = database
    .prepare(
      `${composed} AND EXISTS (SELECT 1 FROM delivery d WHERE d.sop_instance_uid = i.sop_instance_uid
         AND d.transfer NOT IN ('cancelled', 'replaced')) ${order}`,
    )
    .all(procedureId);
  const originals = `${composed} AND (rendition = 'original' OR rendition LIKE 'original/%') ${order}`;
  const rows = owed.length > 0 ? owed : database.prepare(originals).all(procedureId);
  const bySeries = Map.groupBy(rows, ({ series }) => String(series));
  return Array.from(bySeries, ([seriesInstanceUid, images]) => ({
    seriesInstanceUid,
    images: images.map(({ referencedSopClassUid, referencedSopInstanceUid }) => ({
      referencedSopClassUid: String(referencedSopClassUid),
      referencedSopInstanceUid: String(referencedSopInstanceUid),
    })),
  }));
}

/** A message whose turn it is. */
export interface ClaimedMessage {
  readonly id: number;
  readonly kind: "mpps-create" | "mpps-set";
  readonly procedureId: string;
  readonly performedProcedureStepUid: string;
  readonly dataSet: DataSet;
  readonly failuresInARow: number;
  /** What became of the step's N-CREATE at this node, for an N-SET. */
  readonly creation: string;
}

/** In order within a step: one that follows another waits for it, whatever its own time. */
const nextMessage = `SELECT d.id, d.next_attempt_at AS at FROM delivery d
  WHERE d.node = ? AND d.lane = 'step' AND d.transfer = 'pending' AND NOT EXISTS (SELECT 1 FROM delivery e
    WHERE e.ordering_key = d.ordering_key AND e.node = d.node AND e.id < d.id AND e.transfer IN ('pending', 'sending', 'held'))
  ORDER BY d.next_attempt_at, d.id LIMIT 1`;

/** When the next message of a node falls due that does not wait for another; undefined: there is none. */
export function nextMessageAt(database: Database, node: string): number | undefined {
  const next = database.prepare(nextMessage).get(node);
  return next === undefined ? undefined : Number(next.at);
}

/** Takes the next due message of a node, or undefined. On disk as `sending` when this returns. */
export function claimMessage(database: Database, node: string, at: number): ClaimedMessage | undefined {
  return database.transaction(() => {
    const next = database.prepare(nextMessage).get(node);
    if (next === undefined || Number(next.at) > at) return undefined;
    database.prepare("UPDATE delivery SET transfer = 'sending' WHERE id = ?").run(Number(next.id));
    const row = database
      .prepare(
        `SELECT d.id, d.kind, d.procedure_id AS procedureId, d.ordering_key AS uid, d.failures_in_a_row AS failuresInARow,
           m.data_set AS dataSet, coalesce((SELECT e.transfer FROM delivery e
             WHERE e.ordering_key = d.ordering_key AND e.node = d.node AND e.kind = 'mpps-create'), '') AS creation
         FROM delivery d JOIN mpps_message m ON m.id = d.message_id WHERE d.id = ?`,
      )
      .get(Number(next.id));
    if (row === undefined) throw new Error(`delivery ${next.id} has no message`);
    return {
      id: Number(row.id),
      kind: row.kind === "mpps-create" ? "mpps-create" : "mpps-set",
      procedureId: String(row.procedureId),
      performedProcedureStepUid: String(row.uid),
      dataSet: JSON.parse(String(row.dataSet)) as DataSet,
      failuresInARow: Number(row.failuresInARow),
      creation: String(row.creation),
    };
  });
}

/** What was tried before with this message, since a person last asked for it. */
export interface EarlierAttempts {
  /** At least one may have arrived without an answer coming back. */
  readonly someUnanswered: boolean;
  /** The node said that it does not know the step (0112). */
  readonly someUnknown: boolean;
}

export function earlierAttempts(database: Database, deliveryId: number): EarlierAttempts {
  const retried =
    "SELECT max(at) FROM audit WHERE subject_kind = 'delivery' AND subject_id = ? AND action = 'delivery-retry'";
  const row = database
    .prepare(
      `SELECT max(status IS NULL AND outcome IN ('retry', 'interrupted')) AS unanswered, max(coalesce(status, 0) = 274 AND ended_at >= coalesce((${retried}), 0)) AS unknown
       FROM attempt WHERE delivery_id = ?`,
    )
    .get(String(deliveryId), deliveryId);
  return { someUnanswered: row?.unanswered === 1, someUnknown: row?.unknown === 1 };
}

const cancelledAlong = "Not told: this node was not told of the step's begin.";

/** Ends a message without telling the node, with its audit row. Inside the transaction of the attempt, if there was one. */
export function cancelMessage(database: Database, deliveryId: number, reason: string, at: number): void {
  database.transaction(() => {
    database
      .prepare("UPDATE delivery SET transfer = 'cancelled', reason = ?, next_attempt_at = ? WHERE id = ?")
      .run(reason, at, deliveryId);
    recordAudit(database, {
      at,
      actor: "scopeline",
      action: "delivery-cancel",
      subjectKind: "delivery",
      subjectId: String(deliveryId),
      detail: { reason },
    });
  });
}

/** An N-SET whose N-CREATE was cancelled, here or by hand, is cancelled with it. */
export function cancelAlong(database: Database, deliveryId: number, at: number): void {
  cancelMessage(database, deliveryId, cancelledAlong, at);
}

/** The begin of a step arrived after all (somebody pressed retry): its end, cancelled along with it, is owed again. */
export function reviveEnd(database: Database, node: string, performedProcedureStepUid: string, at: number): void {
  const revived = database
    .prepare(
      `SELECT id FROM delivery WHERE ordering_key = ? AND node = ? AND kind = 'mpps-set' AND transfer = 'cancelled' AND reason = ?`,
    )
    .all(performedProcedureStepUid, node, cancelledAlong);
  for (const { id } of revived) sendAgain(database, Number(id), "its begin arrived", at);
}

/** The N-CREATE of a step that the node does not know (any more) is owed again; false: it was not owed to this node. */
export function createAgain(database: Database, node: string, performedProcedureStepUid: string, at: number): boolean {
  const row = database
    .prepare(
      "SELECT id FROM delivery WHERE ordering_key = ? AND node = ? AND kind = 'mpps-create' AND transfer IN ('stored', 'cancelled')",
    )
    .get(performedProcedureStepUid, node);
  if (row === undefined) return false;
  sendAgain(database, Number(row.id), "the node does not know the step", at);
  return true;
}

function sendAgain(database: Database, deliveryId: number, because: string, at: number): void {
  database
    .prepare(
      `UPDATE delivery SET transfer = 'pending', reason = NULL, stored_at = NULL, failures_in_a_row = 0, next_attempt_at = ? WHERE id = ?`,
    )
    .run(at, deliveryId);
  recordAudit(database, {
    at,
    actor: "scopeline",
    action: "delivery-again",
    subjectKind: "delivery",
    subjectId: String(deliveryId),
    detail: { because },
  });
}
