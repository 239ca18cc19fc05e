import { type AuditEntry, recordAudit } from "../audit/audit.ts";
import type { Database } from "../store/store.ts";

/** 10 March 2026, 10:00 UTC; a minute later; and so on. */
export const minute = (n: number): number => Date.UTC(2026, 2, 10, 10, n);
export const hashOf = (digit: string): string => digit.repeat(64);

/** Writes rows and their audit as the rooms do. */
export class Writer {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  run(sql: string, ...values: (string | number | null)[]): void {
    this.#database.prepare(sql).run(...values);
  }

  audit(at: number, action: string, subject: Subject, detail: Record<string, unknown> = {}, actor = "scopeline"): void {
    const [subjectKind, subjectId] = subject;
    recordAudit(this.#database, { at, actor, action, subjectKind, subjectId, detail });
  }

  procedure(id: string, patient: Readonly<Record<string, string>> | null): void {
    const identity = patient === null ? null : JSON.stringify(patient);
    this.run(
      `INSERT INTO procedure (id, kind, state, patient, study_instance_uid, performed_procedure_step_uid,
         performing_physician_name, begun_at, completed_at, released_at)
       VALUES (?, 'scheduled', 'released', ?, '2.25.100', '2.25.101', 'Weber^Anna', ?, ?, ?)`,
      ...[id, identity, minute(0), minute(30), minute(35)],
    );
    this.audit(minute(0), "procedure-begun", ["procedure", id], { kind: "scheduled", patient, items: ["w"] }, "screen");
  }

  released(id: string, instances: number): void {
    this.audit(minute(30), "procedure-completed", ["procedure", id], { captures: instances, reason: null }, "screen");
    this.audit(minute(35), "procedure-released", ["procedure", id], { instances });
  }

  capture(id: string, number: number, kind: "still" | "clip", at: number, procedureId = "p"): void {
    const facts = kind === "still" ? { kind, width: 1920, height: 1080 } : { kind, frames: 600, durationMs: 20_000 };
    this.run(
      `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, epoch, seq, pressed_at, saved_at, file,
         size_bytes, sha256, facts) VALUES (?, ?, ?, ?, 'saved', 'microscope', 'generic-hdmi', 1, ?, ?, ?, ?, 4_000, ?, ?)`,
      ...[
        id,
        procedureId,
        number,
        kind,
        1_000 + number,
        at,
        at + 250,
        `media/${id}.jpg`,
        hashOf("a"),
        JSON.stringify(facts),
      ],
    );
    const detail = { kind, procedureId, number, pressedAt: at, sizeBytes: 4_000, sha256: hashOf("a") };
    this.audit(at + 250, "capture-saved", ["capture", id], detail, "screen");
  }

  rendition(captureId: string, key: string, nodes: readonly string[], procedureId = "p"): void {
    this.run(
      "INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at, made_at) VALUES (?, ?, ?, 'made', ?, ?)",
      ...[captureId, key, procedureId, minute(35), minute(36)],
    );
    for (const node of nodes)
      this.run(
        "INSERT INTO rendition_node (capture_id, key, node, importance) VALUES (?, ?, ?, 'primary')",
        ...[captureId, key, node],
      );
  }

  instance(uid: string, captureId: string, key = "original", part = 1, parts = 1, procedureId = "p"): void {
    const sopClassUid = "1.2.840.10008.5.1.4.1.1.77.1.2";
    const transferSyntaxUid = "1.2.840.10008.1.2.4.50";
    this.run(
      `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, rendition, part, parts,
         sop_class_uid, transfer_syntax_uid, instance_number, file, size_bytes, sha256, composed_at, is_owed)
       VALUES (?, ?, ?, '2.25.102', ?, ?, ?, ?, ?, 1, ?, 5000, ?, ?, 1)`,
      ...[uid, captureId, procedureId, key, part, parts, sopClassUid, transferSyntaxUid, `instances/${uid}.dcm`],
      ...[hashOf("b"), minute(36)],
    );
    const detail = { captureId, rendition: key, part, parts, derivation: null, sopClassUid, transferSyntaxUid };
    this.audit(minute(36), "instance-composed", ["instance", uid], {
      ...detail,
      sizeBytes: 5_000,
      sha256: hashOf("b"),
    });
  }

  delivery(id: number, node: string, uid: string, procedureId = "p"): void {
    this.run(
      `INSERT INTO delivery (id, node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at)
       VALUES (?, ?, 'still', ?, ?, 5000, 'pending', 0, ?)`,
      ...[id, node, uid, procedureId, minute(36)],
    );
  }

  attempt(deliveryId: number, at: number, outcome: string, status: number | null, words: string | null): void {
    const id = Number(
      this.#database
        .prepare(
          "INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status, detail) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .run(deliveryId, at - 1_500, at, outcome, status, words).lastInsertRowid,
    );
    const subject: Subject = ["delivery", String(deliveryId)];
    this.run("UPDATE delivery SET attempts = attempts + 1, reason = ? WHERE id = ?", words, deliveryId);
    this.audit(at, "delivery-attempt", subject, { attempt: id, outcome, status, words });
    if (outcome === "stored") {
      this.run("UPDATE delivery SET transfer = 'stored', reason = NULL, stored_at = ? WHERE id = ?", at, deliveryId);
      const of = this.#database
        .prepare("SELECT node, sop_instance_uid AS sopInstanceUid FROM delivery WHERE id = ?")
        .get(deliveryId);
      this.audit(at, "delivery-stored", subject, { ...of, status, reason: null, warning: null });
    }
  }

  asked(transactionUid: string, node: string, deliveryIds: readonly number[], at: number): void {
    this.run(
      `INSERT INTO commitment_request (transaction_uid, node, procedure_id, state, requested_at, due_at)
       VALUES (?, ?, 'p', 'asked', ?, ?)`,
      ...[transactionUid, node, at, at + 3_600_000],
    );
    for (const id of deliveryIds) {
      this.run("INSERT INTO commitment_item (transaction_uid, delivery_id) VALUES (?, ?)", transactionUid, id);
      this.run("UPDATE delivery SET commitment = 'requested' WHERE id = ?", id);
      this.audit(at, "commitment-requested", ["delivery", String(id)], { transaction: transactionUid });
    }
  }

  committed(id: number, by: "commitment" | "query", at: number, detail: Record<string, unknown> = {}): void {
    this.run("UPDATE commitment_item SET result = 'committed' WHERE delivery_id = ?", id);
    this.run(
      "UPDATE delivery SET commitment = 'committed', verified_by = ?, committed_at = ? WHERE id = ?",
      ...[by, at, id],
    );
    this.audit(at, "delivery-committed", ["delivery", String(id)], { ...detail, verifiedBy: by });
  }

  removed(captureId: string, at: number): void {
    this.run("UPDATE capture SET file_removed_at = ? WHERE id = ?", at, captureId);
    this.run("UPDATE instance SET file_removed_at = ? WHERE capture_id = ?", at, captureId);
    this.audit(at, "capture-removed", ["capture", captureId], { reason: "age", files: 2 });
  }
}

type Subject = readonly [AuditEntry["subjectKind"], string];

export const patient = {
  patientName: "Muster^Max",
  patientId: "4711",
  issuerOfPatientId: "HOSPITAL",
  patientBirthDate: "19610203",
  patientSex: "M",
} as const;

/**
 * One procedure: a still that PACS took at the third attempt and committed, and VNA took and was asked by a query; a
 * clip in two parts of which VNA has one; its patient was chosen after it began.
 */
export function writeProcedure(database: Database): void {
  const write = new Writer(database);
  database.transaction(() => {
    write.procedure("p", null);
    write.capture("c1", 1, "still", minute(5));
    write.run("UPDATE procedure SET patient = ? WHERE id = 'p'", JSON.stringify(patient));
    write.audit(
      minute(6),
      "patient-assigned",
      ["procedure", "p"],
      { from: null, to: patient, kind: "scheduled" },
      "screen",
    );
    write.capture("c2", 2, "clip", minute(10));
    write.released("p", 2);
    write.rendition("c1", "original", ["PACS", "VNA"]);
    write.rendition("c2", "original/2000", ["VNA"]);
    write.instance("2.25.1", "c1");
    write.instance("2.25.2", "c2", "original/2000", 1, 2);
    write.instance("2.25.3", "c2", "original/2000", 2, 2);
    write.delivery(1, "PACS", "2.25.1");
    write.delivery(2, "VNA", "2.25.1");
    write.delivery(3, "VNA", "2.25.2");
    write.delivery(4, "VNA", "2.25.3");
    write.attempt(1, minute(37), "retry", null, "PACS refused the connection. Trying again.");
    write.attempt(1, minute(38), "retry", 0xa700, "Out of resources");
    write.attempt(2, minute(39), "stored", 0, null);
    write.attempt(1, minute(40), "stored", 0, null);
    write.attempt(3, minute(41), "stored", 0, null);
    write.attempt(4, minute(42), "retry", 0xa700, "Out of resources");
    write.asked("2.25.900", "PACS", [1], minute(43));
    write.committed(1, "commitment", minute(50), { transaction: "2.25.900" });
    write.committed(2, "query", minute(51));
    write.run("UPDATE commitment_request SET state = 'answered', answered_at = ?", minute(50));
  });
}
