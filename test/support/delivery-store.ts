/** A database with one released procedure, and its instances as they lie after composing. */
import { recordAudit } from "../../src/audit/audit.ts";
import { everything, rules } from "../../src/store/rules.ts";
import { type Database, openDatabase } from "../../src/store/store.ts";

export const stillClass = "1.2.840.10008.5.1.4.1.1.77.1.4";
export const studyUid = "2.25.10";
export const seriesUid = "2.25.12";

/** `stills`: composed, with the UIDs `2.25.1001`, `2.25.1002` … and the deliveries 1, 2 … stored at `PACS`, unproven. */
export function openDeliveryStore(options: { readonly stills?: number; readonly file?: string } = {}): Database {
  const database = openDatabase(options.file ?? ":memory:");
  addProcedure(database, "p", "2.25.11", studyUid);
  for (let number = 1; number <= (options.stills ?? 0); number += 1) addStored(database, "p", number);
  return database;
}

export function addProcedure(database: Database, id: string, stepUid: string, study: string): void {
  database
    .prepare(
      `INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at, patient, released_at)
       VALUES (?, 'emergency', 'released', ?, ?, 0, '{"patientName":"A^B","patientId":"1"}', 0)`,
    )
    .run(id, study, stepUid);
}

/** A composed still that is stored at `PACS` and waits for proof. */
export function addStored(database: Database, procedureId: string, number: number, storedAt = 1): void {
  const uid = instanceUid(number);
  const captureId = `c${number}`;
  database
    .prepare(
      `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, file)
       VALUES (?, ?, ?, 'still', 'saved', 's', 'x', 0, 'f')`,
    )
    .run(captureId, procedureId, number);
  database
    .prepare(
      `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, sop_class_uid, transfer_syntax_uid,
         instance_number, file, data_set_offset, size_bytes, composed_at, is_owed)
       VALUES (?, ?, ?, ?, ?, '1.2.840.10008.1.2.4.50', ?, 'f', 100, 300, 1, 1)`,
    )
    .run(uid, captureId, procedureId, seriesUid, stillClass, number);
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO delivery (node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, commitment, next_attempt_at, created_at, stored_at)
       VALUES ('PACS', 'still', ?, ?, 300, 'stored', 'owed', 0, 0, ?)`,
    )
    .run(uid, procedureId, storedAt);
  database
    .prepare("INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status) VALUES (?, 0, 1, 'stored', 0)")
    .run(lastInsertRowid);
  recordAudit(database, {
    at: 1,
    actor: "scopeline",
    action: "delivery-stored",
    subjectKind: "delivery",
    subjectId: String(lastInsertRowid),
  });
}

export function instanceUid(number: number): string {
  return `2.25.${1000 + number}`;
}

/** What is on the screen about each delivery, by id. */
export function deliveryRows(database: Database): Record<string, unknown>[] {
  return database
    .prepare(
      `SELECT id, kind, node, transfer, commitment, verified_by AS verifiedBy, committed_at AS committedAt, attempts,
         commitment_reason AS commitmentReason, reason, warning, peer_words AS peerWords FROM delivery ORDER BY id`,
    )
    .all()
    .map((row) => ({ ...row }));
}

/** The actions of the audit about one delivery, in order. */
export function auditOf(database: Database, deliveryId: number): string[] {
  return database
    .prepare("SELECT action FROM audit WHERE subject_kind = 'delivery' AND subject_id = ? ORDER BY id")
    .all(String(deliveryId))
    .map(({ action }) => String(action));
}

export async function until<T>(ask: () => T | undefined | false): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What `scopeline check` would say about the deliveries. */
export function brokenRules(database: Database): string[] {
  const ofDeliveries = rules.filter(({ sql }) => /FROM deliveries/.test(sql));
  return ofDeliveries.flatMap(({ sql, message }) =>
    database
      .prepare(`${everything} ${sql}`)
      .all()
      .map(({ subject }) => `${subject}: ${message}`),
  );
}
