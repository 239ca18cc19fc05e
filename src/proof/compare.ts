import type { CheckFinding, Database } from "../store/store.ts";
import { detailOf } from "./detail.ts";

/** A comparison of rows with what the audit says of them: each row it answers differs. */
interface Comparison {
  readonly invariant: string;
  readonly sql: string;
  readonly message: string;
}

/** A value of an audit row's detail; null where it is not there. A broken detail has none. */
const told = (name: string): string => `iif(json_valid(a.detail), a.detail ->> '$.${name}', NULL)`;

const tellsOf = (kind: string, id: string, action: string): string =>
  `a.subject_kind = '${kind}' AND a.subject_id = ${id} AND a.action = '${action}'`;

/** What one audit row was written for, once: more than one is an invention. */
const onceTold = (kind: string, id: string, action: string, says: string): string =>
  `1 <> (SELECT count(*) FROM audit a WHERE ${tellsOf(kind, id, action)})
   OR NOT EXISTS (SELECT 1 FROM audit a WHERE ${tellsOf(kind, id, action)} AND ${says})`;

/** Nothing of these is ever deleted: what the audit tells of has a row. */
function gone(table: string, isIt: string, actions: readonly string[]): Comparison {
  const told = actions.map((action) => `'${action}'`).join(", ");
  return {
    invariant: "what the audit tells of is there",
    sql: `SELECT DISTINCT a.subject_kind || ' ' || a.subject_id AS subject FROM audit a
          WHERE a.action IN (${told}) AND NOT EXISTS (SELECT 1 FROM ${table} r WHERE ${isIt})`,
    message: "The audit tells of it, and it is gone, or made to look as if it had never been.",
  };
}

const comparisons: readonly Comparison[] = [
  {
    invariant: "a capture is what was saved",
    sql: `SELECT c.id AS subject FROM capture c WHERE c.sha256 IS NOT NULL AND (${onceTold(
      "capture",
      "c.id",
      "capture-saved",
      // Rows from before the chain do not tell the size.
      `${told("sha256")} = c.sha256 AND a.at = c.saved_at AND coalesce(${told("sizeBytes")}, c.size_bytes) = c.size_bytes
       AND coalesce(${told("procedureId")}, c.procedure_id) = c.procedure_id
       AND coalesce(${told("number")}, c.number) = c.number AND coalesce(${told("pressedAt")}, c.pressed_at) = c.pressed_at`,
    )})`,
    message: "Its procedure, number, hash, size or time is not what the audit says was saved.",
  },
  {
    invariant: "an instance is what was composed",
    sql: `SELECT i.sop_instance_uid AS subject FROM instance i WHERE i.composed_at IS NOT NULL AND (${onceTold(
      "instance",
      "i.sop_instance_uid",
      "instance-composed",
      `${told("sha256")} = i.sha256 AND a.at = i.composed_at AND ${told("captureId")} = i.capture_id
       AND coalesce(${told("sizeBytes")}, i.size_bytes) = i.size_bytes
       AND coalesce(${told("sopClassUid")}, i.sop_class_uid) = i.sop_class_uid
       AND coalesce(${told("transferSyntaxUid")}, i.transfer_syntax_uid) = i.transfer_syntax_uid
       AND coalesce(${told("rendition")}, i.rendition) = i.rendition AND coalesce(${told("part")}, i.part) = i.part`,
    )})`,
    message: "Its hash, size, kind, capture or time is not what the audit says was composed.",
  },
  {
    invariant: "sent when the audit says so",
    sql: `SELECT d.id AS subject FROM delivery d WHERE d.transfer = 'stored' AND NOT EXISTS
            (SELECT 1 FROM audit a WHERE ${tellsOf("delivery", "CAST(d.id AS TEXT)", "delivery-stored")} AND a.at = d.stored_at
             AND coalesce(${told("node")}, d.node) = d.node
             AND coalesce(${told("sopInstanceUid")}, d.sop_instance_uid, '') = coalesce(d.sop_instance_uid, ''))`,
    message: "Shown as sent, but the audit tells of no success of that instance at that node and time.",
  },
  {
    invariant: "an instance is of its capture's procedure",
    sql: `SELECT i.sop_instance_uid AS subject FROM instance i JOIN capture c ON c.id = i.capture_id
          WHERE i.procedure_id <> c.procedure_id`,
    message: "It is in another procedure than the capture it was made of.",
  },
  {
    invariant: "safe when the audit says so",
    sql: `SELECT d.id AS subject FROM delivery d WHERE d.commitment = 'committed' AND NOT EXISTS
            (SELECT 1 FROM audit a WHERE ${tellsOf("delivery", "CAST(d.id AS TEXT)", "delivery-committed")}
             AND a.at = d.committed_at AND ${told("verifiedBy")} = d.verified_by)`,
    message: "Shown as safe, but the audit tells of no such proof at that time.",
  },
  {
    invariant: "removed when the audit says so",
    sql: `SELECT c.id AS subject FROM capture c WHERE c.file_removed_at IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM audit a WHERE ${tellsOf("capture", "c.id", "capture-removed")} AND a.at = c.file_removed_at)`,
    message: "Its files are said to be removed, but the audit tells of no removal at that time.",
  },
  {
    invariant: "deleted when the audit says so",
    sql: `SELECT c.id AS subject FROM capture c WHERE c.state = 'deleted' AND NOT EXISTS
            (SELECT 1 FROM audit a WHERE ${tellsOf("capture", "c.id", "capture-deleted")} AND a.at = c.deleted_at)`,
    message: "Said to be deleted, but the audit tells of no deletion at that time.",
  },
  gone("procedure", "r.id = a.subject_id", ["procedure-begun", "procedure-resumed"]),
  gone("capture", "r.id = a.subject_id AND r.state IN ('saved', 'deleted') AND r.sha256 IS NOT NULL", [
    "capture-saved",
  ]),
  gone("instance", "r.sop_instance_uid = a.subject_id AND r.composed_at IS NOT NULL", ["instance-composed"]),
  gone("delivery", "r.id = CAST(a.subject_id AS INTEGER)", [
    "delivery-attempt",
    "delivery-stored",
    "delivery-committed",
  ]),
];

/** Rows that are not as the audit says. Inside a snapshot. */
export function* compareRows(database: Database): Generator<CheckFinding> {
  for (const { invariant, sql, message } of comparisons) {
    for (const row of database.prepare(sql).iterate()) yield { invariant, subject: String(row.subject), message };
  }
  yield* comparePatients(database);
  yield* compareAttempts(database);
}

/** The patient of a procedure is the one that was last given to it. */
function* comparePatients(database: Database): Generator<CheckFinding> {
  const given = database.prepare(
    `SELECT action, detail FROM audit WHERE subject_kind = 'procedure' AND subject_id = ?
     AND action IN ('procedure-begun', 'procedure-resumed', 'patient-assigned') ORDER BY id DESC LIMIT 1`,
  );
  for (const { id, patient } of database.prepare("SELECT id, patient FROM procedure").iterate()) {
    const row = given.get(String(id));
    const detail = row === undefined ? {} : detailOf(row.detail);
    const last = row?.action === "patient-assigned" ? detail.to : detail.patient;
    // Neither a procedure that was resumed before this was told, nor one that began with a press, says whose it is.
    if (last === undefined && row?.action === "procedure-resumed") continue;
    if ((patient === null ? "null" : String(patient)) === JSON.stringify(last ?? null)) continue;
    const message = "Its patient is not the one that the audit says was given to it.";
    yield { invariant: "a procedure has the patient it was given", subject: String(id), message };
  }
}

/** Attempts and the audit rows that were written with them; those from before there were any have none. */
function* compareAttempts(database: Database): Generator<CheckFinding> {
  const invariant = "an attempt is what was recorded";
  const attempts = database.prepare(
    `SELECT id, delivery_id AS deliveryId, started_at AS startedAt, ended_at AS endedAt, outcome, status, detail
       FROM attempt WHERE id >= ? ORDER BY id`,
  );
  const audited = database.prepare(
    "SELECT id, at, subject_id AS subjectId, detail FROM audit WHERE action = 'delivery-attempt' ORDER BY id",
  );
  // Both are numbered in the order in which they were written: one walk along both.
  let walk: Iterator<Record<string, unknown>> | undefined;
  let attempt: Record<string, unknown> | undefined;
  for (const row of audited.iterate()) {
    const detail = detailOf(row.detail);
    const wanted = Number(detail.attempt);
    if (walk === undefined) {
      walk = attempts.iterate(Number.isSafeInteger(wanted) ? wanted : 0);
      attempt = next(walk);
    }
    for (; attempt !== undefined && Number(attempt.id) < wanted; attempt = next(walk)) {
      yield { invariant, subject: `attempt ${attempt.id}`, message: "The audit does not tell of it." };
    }
    if (attempt === undefined || Number(attempt.id) !== wanted) {
      yield {
        invariant,
        subject: `attempt ${detail.attempt}`,
        message: `It is gone; audit row ${row.id} tells of it.`,
      };
      continue;
    }
    if (!isSame(attempt, row, detail)) {
      yield { invariant, subject: `attempt ${wanted}`, message: `It is not what audit row ${row.id} says.` };
    }
    attempt = next(walk);
  }
  for (; walk !== undefined && attempt !== undefined; attempt = next(walk)) {
    yield { invariant, subject: `attempt ${attempt.id}`, message: "The audit does not tell of it." };
  }
}

function next(rows: Iterator<Record<string, unknown>>): Record<string, unknown> | undefined {
  const { done, value } = rows.next();
  return done === true ? undefined : value;
}

function isSame(
  attempt: Record<string, unknown>,
  row: Record<string, unknown>,
  detail: Readonly<Record<string, unknown>>,
): boolean {
  return (
    String(attempt.deliveryId) === row.subjectId &&
    attempt.endedAt === row.at &&
    attempt.outcome === detail.outcome &&
    attempt.status === (detail.status ?? null) &&
    asKept(attempt.detail) === asKept(detail.words ?? null) &&
    (detail.startedAt === undefined || attempt.startedAt === detail.startedAt)
  );
}

/** A peer's words may hold anything; a column keeps UTF-8 only. */
const asKept = (words: unknown): unknown => (typeof words === "string" ? words.toWellFormed() : words);
