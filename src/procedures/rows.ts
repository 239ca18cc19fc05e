import type { Database } from "../store/store.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { readFacts } from "./stored-facts.ts";

const procedureColumns = `id, kind, state, patient, temporary_identity AS temporaryIdentity, worklist_items AS worklistItems,
  study_instance_uid AS studyInstanceUid, performed_procedure_step_uid AS performedProcedureStepUid,
  performing_physician_name AS performingPhysicianName, time_out_confirmed_at AS timeOutConfirmedAt, begun_at AS begunAt,
  completed_at AS completedAt, release_at AS releaseAt, released_at AS releasedAt, resumed_from AS resumedFrom,
  discontinued`;

const captureColumns = `c.id, c.procedure_id AS procedureId, c.number, c.kind, c.state, c.source, c.profile_id AS profileId,
  c.epoch, c.seq, c.frame_exact AS frameExact, c.notice, c.pressed_at AS pressedAt, c.saved_at AS savedAt, c.file,
  c.size_bytes AS sizeBytes, c.sha256, c.facts, c.deleted_at AS deletedAt, c.delete_reason AS deleteReason,
  c.file_removed_at AS fileRemovedAt, c.derived_from AS derivedFrom, c.derivation, c.frame_distance AS frameDistance,
  c.lost_frames AS lostFrames, c.rescued_missing_ms AS rescuedMissingMs, i.sop_instance_uid AS sopInstanceUid,
  (SELECT json_group_array(json_object('id', m.id, 'seq', m.seq, 'label', m.label, 'at', m.created_at) ORDER BY m.seq)
    FROM marker m WHERE m.capture_id = c.id) AS markers,
  (SELECT failure FROM rendition r WHERE r.capture_id = c.id AND r.failure IS NOT NULL LIMIT 1) AS composeFailure`;
/** The original, or its first part. */
const captureTables =
  "capture c LEFT JOIN instance i ON i.capture_id = c.id AND i.part = 1 AND i.source_sop_instance_uid IS NULL";

function procedureOf(row: Record<string, unknown>): Procedure {
  return {
    ...(row as unknown as Procedure),
    patient: row.patient === null ? null : JSON.parse(String(row.patient)),
    worklistItems: JSON.parse(String(row.worklistItems)),
    discontinued: row.discontinued === null ? null : JSON.parse(String(row.discontinued)),
    temporaryIdentity: row.temporaryIdentity === 1,
  };
}

function captureOf(row: Record<string, unknown>): Capture {
  return {
    ...(row as unknown as Capture),
    frameExact: row.frameExact === 1,
    facts: row.facts === null ? null : readFacts(String(row.facts)),
    derivation: row.derivation === null ? null : JSON.parse(String(row.derivation)),
    markers: JSON.parse(String(row.markers)),
  };
}

export function findProcedure(database: Database, id: string): Procedure | undefined {
  const row = database.prepare(`SELECT ${procedureColumns} FROM procedure WHERE id = ?`).get(id);
  return row && procedureOf(row);
}

export function findOpenProcedure(database: Database): Procedure | undefined {
  const row = database.prepare(`SELECT ${procedureColumns} FROM procedure WHERE state = 'open'`).get();
  return row && procedureOf(row);
}

/** A page of procedures, newest first; `before` is the id that the page before ended with. */
export function listProcedures(
  database: Database,
  filter: { readonly state?: string; readonly before?: string; readonly limit: number },
): Procedure[] {
  const rows = database
    .prepare(
      `SELECT ${procedureColumns} FROM procedure
       WHERE (?1 IS NULL OR state = ?1)
         AND (?2 IS NULL OR (begun_at, id) < (SELECT begun_at, id FROM procedure WHERE id = ?2))
       ORDER BY begun_at DESC, id DESC LIMIT ?3`,
    )
    .all(filter.state ?? null, filter.before ?? null, filter.limit);
  return rows.map(procedureOf);
}

export function insertProcedure(database: Database, procedure: Procedure): void {
  database
    .prepare(
      `INSERT INTO procedure (id, kind, state, patient, temporary_identity, worklist_items, study_instance_uid,
         performed_procedure_step_uid, performing_physician_name, time_out_confirmed_at, begun_at, completed_at, release_at,
         released_at, resumed_from, discontinued) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      procedure.id,
      procedure.kind,
      procedure.state,
      procedure.patient && JSON.stringify(procedure.patient),
      Number(procedure.temporaryIdentity),
      JSON.stringify(procedure.worklistItems),
      procedure.studyInstanceUid,
      procedure.performedProcedureStepUid,
      procedure.performingPhysicianName,
      procedure.timeOutConfirmedAt,
      procedure.begunAt,
      procedure.completedAt,
      procedure.releaseAt,
      procedure.releasedAt,
      procedure.resumedFrom,
      procedure.discontinued && JSON.stringify(procedure.discontinued),
    );
}

export function updateProcedure(database: Database, procedure: Procedure): void {
  database
    .prepare(
      `UPDATE procedure SET kind = ?, state = ?, patient = ?, temporary_identity = ?, worklist_items = ?,
         study_instance_uid = ?, performed_procedure_step_uid = ?, discontinued = ?, performing_physician_name = ?, time_out_confirmed_at = ?, completed_at = ?, release_at = ?,
         released_at = ? WHERE id = ?`,
    )
    .run(
      procedure.kind,
      procedure.state,
      procedure.patient && JSON.stringify(procedure.patient),
      Number(procedure.temporaryIdentity),
      JSON.stringify(procedure.worklistItems),
      procedure.studyInstanceUid,
      procedure.performedProcedureStepUid,
      procedure.discontinued && JSON.stringify(procedure.discontinued),
      procedure.performingPhysicianName,
      procedure.timeOutConfirmedAt,
      procedure.completedAt,
      procedure.releaseAt,
      procedure.releasedAt,
      procedure.id,
    );
}

export function findCapture(database: Database, id: string): Capture | undefined {
  const row = database.prepare(`SELECT ${captureColumns} FROM ${captureTables} WHERE c.id = ?`).get(id);
  return row && captureOf(row);
}

/** All captures of a procedure in the order they were pressed, the deleted and failed ones included. */
export function capturesOf(database: Database, procedureId: string): Capture[] {
  const rows = database
    .prepare(`SELECT ${captureColumns} FROM ${captureTables} WHERE c.procedure_id = ? ORDER BY c.number`)
    .all(procedureId);
  return rows.map(captureOf);
}

/** Clips that a start found growing on the disk, saved since then; newest first, at most 20. */
export function rescuedClipsSince(database: Database, since: number): Capture[] {
  const rows = database
    .prepare(
      `SELECT ${captureColumns} FROM ${captureTables}
       WHERE c.rescued_missing_ms IS NOT NULL AND c.state = 'saved' AND c.saved_at >= ? ORDER BY c.saved_at DESC LIMIT 20`,
    )
    .all(since);
  return rows.map(captureOf);
}

export function highestNumber(database: Database, procedureId: string): number {
  const row = database.prepare("SELECT max(number) AS n FROM capture WHERE procedure_id = ?").get(procedureId);
  return Number(row?.n ?? 0);
}

export function captureOfKey(database: Database, key: string): string | undefined {
  const row = database.prepare("SELECT capture_id AS id FROM idempotency WHERE key = ?").get(key);
  return row && String(row.id);
}

type LaterKnown = "deletedAt" | "deleteReason" | "sopInstanceUid" | "fileRemovedAt" | "composeFailure" | "markers";
type SeldomKnown = "frameDistance" | "lostFrames" | "rescuedMissingMs" | "derivedFrom" | "derivation";
type NewCapture = Omit<Capture, LaterKnown | SeldomKnown> & Partial<Pick<Capture, SeldomKnown>>;

/** Adds a capture and, where the press had one, its idempotency key. Inside the caller's transaction. */
export function insertCapture(database: Database, capture: NewCapture, key: string | undefined): void {
  database
    .prepare(
      `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, epoch, seq, frame_exact, notice,
         pressed_at, saved_at, file, size_bytes, sha256, facts, frame_distance, lost_frames, rescued_missing_ms, derived_from,
         derivation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      capture.id,
      capture.procedureId,
      capture.number,
      capture.kind,
      capture.state,
      capture.source,
      capture.profileId,
      capture.epoch,
      capture.seq,
      Number(capture.frameExact),
      capture.notice,
      capture.pressedAt,
      capture.savedAt,
      capture.file,
      capture.sizeBytes,
      capture.sha256,
      capture.facts && JSON.stringify(capture.facts),
      capture.frameDistance ?? null,
      capture.lostFrames ?? null,
      capture.rescuedMissingMs ?? null,
      capture.derivedFrom ?? null,
      capture.derivation ? JSON.stringify(capture.derivation) : null,
    );
  if (key === undefined) return;
  database
    .prepare("INSERT INTO idempotency (key, capture_id, at) VALUES (?, ?, ?)")
    .run(key, capture.id, capture.pressedAt);
}
