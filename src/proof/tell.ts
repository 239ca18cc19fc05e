import { chainHead } from "../audit/audit.ts";
import type { PatientIdentity, WorklistItem } from "../dicom/dicom.ts";
import { type Database, isExcerptSql } from "../store/store.ts";
import { detailOf } from "./detail.ts";
import { type AttemptRow, type AuditRow, eventsOf, inOrder } from "./events.ts";
import type { CaptureStory, Happening, InstanceStory, OfDelivery, ProcedureStory, StoryEvent } from "./story.ts";
import { type DeliveryState, nodeProofs, storyStateOf } from "./verdict.ts";

/** An archive that is down for weeks makes many attempts: of each subject's rows the first and the last are told. */
const firstRows = 40;
const lastRows = 160;

/** The story of one capture, with that of its procedure around it; undefined: there is no such capture. */
export function storyOfCapture(database: Database, captureId: string): ProcedureStory | undefined {
  return database.snapshot(() => {
    const row = database.prepare("SELECT procedure_id AS id FROM capture WHERE id = ?").get(captureId);
    return row === undefined ? undefined : tell(database, String(row.id), captureId);
  });
}

/** The story of a procedure and of all its captures, the deleted ones too; undefined: there is no such procedure. */
export function storyOfProcedure(database: Database, procedureId: string): ProcedureStory | undefined {
  return database.snapshot(() => tell(database, procedureId, null));
}

interface Told {
  readonly database: Database;
  leftOut: number;
}

function tell(database: Database, procedureId: string, captureId: string | null): ProcedureStory | undefined {
  const procedure = database
    .prepare(
      `SELECT patient, temporary_identity, worklist_items, study_instance_uid, performing_physician_name, begun_at
       FROM procedure WHERE id = ?`,
    )
    .get(procedureId);
  if (procedure === undefined) return undefined;
  const told: Told = { database, leftOut: 0 };
  const steps = database
    .prepare("SELECT id, node, NULL AS sopInstanceUid FROM delivery WHERE procedure_id = ? AND kind <> 'instance'")
    .all(procedureId)
    .map((row) => ({ ...row, deliveryId: Number(row.id) }) as unknown as OfDelivery);
  const events = readEvents(told, [["procedure", procedureId]], steps);
  const captures = database
    .prepare("SELECT * FROM capture WHERE procedure_id = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY number")
    .all(procedureId, captureId)
    .map((row) => captureStory(told, row));
  const items = JSON.parse(String(procedure.worklist_items)) as readonly WorklistItem[];
  return {
    procedureId,
    patient: procedure.patient === null ? null : (JSON.parse(String(procedure.patient)) as PatientIdentity),
    temporaryIdentity: procedure.temporary_identity === 1,
    studyInstanceUid: String(procedure.study_instance_uid),
    accessionNumbers: [...new Set(items.map(({ step }) => step.accessionNumber).filter(Boolean))],
    performingPhysicianName: String(procedure.performing_physician_name),
    begunAt: Number(procedure.begun_at),
    events,
    captures,
    eventsLeftOut: told.leftOut,
    head: chainHead(database),
  };
}

function captureStory(told: Told, row: Record<string, unknown>): CaptureStory {
  const { database } = told;
  const captureId = String(row.id);
  const instances = database
    .prepare(
      `SELECT sop_instance_uid AS sopInstanceUid, series_instance_uid AS seriesInstanceUid, rendition, part, parts,
         sop_class_uid AS sopClassUid, transfer_syntax_uid AS transferSyntaxUid, size_bytes AS sizeBytes, sha256,
         composed_at AS composedAt FROM instance WHERE capture_id = ? ORDER BY composed_at, rendition, part`,
    )
    .all(captureId) as unknown as InstanceStory[];
  const deliveries = instances.flatMap(({ sopInstanceUid }) => deliveriesOf(database, sopInstanceUid));
  const renditions = database
    .prepare(
      `SELECT r.failure, n.node FROM rendition r LEFT JOIN rendition_node n USING (capture_id, key)
       WHERE r.capture_id = ? AND r.state = 'wanted'`,
    )
    .all(captureId);
  const wanted = renditions.flatMap(({ node }) => (node === null ? [] : [String(node)]));
  const nodes = nodeProofs(deliveries, wanted);
  const subjects = [
    ["capture", captureId],
    ...instances.map(({ sopInstanceUid }) => ["instance", sopInstanceUid] as const),
  ] as const;
  const pressed: StoryEvent = { at: Number(row.pressed_at), actor: "", auditRow: null, ...beginningOf(database, row) };
  const hasFailed = renditions.some(({ failure }) => failure !== null);
  return {
    captureId,
    number: Number(row.number),
    kind: row.kind === "clip" ? "clip" : "still",
    source: String(row.source),
    pressedAt: Number(row.pressed_at),
    savedAt: numberOrNull(row.saved_at),
    sizeBytes: numberOrNull(row.size_bytes),
    sha256: row.sha256 === null ? null : String(row.sha256),
    fileRemovedAt: numberOrNull(row.file_removed_at),
    state: storyStateOf(String(row.state), hasFailed, nodes),
    nodes,
    instances,
    events: inOrder([pressed, ...readEvents(told, subjects, deliveries)]),
  };
}

/** A press on a source, or what was made of a clip after the recording. */
function beginningOf(database: Database, row: Record<string, unknown>): Happening {
  if (row.derived_from === null) {
    return { kind: "pressed", source: String(row.source), profileId: String(row.profile_id) };
  }
  const clip = database.prepare("SELECT number FROM capture WHERE id = ?").get(String(row.derived_from));
  const derivation = detailOf(row.derivation);
  const frame = derivation.kind === "cut" ? derivation : { firstFrame: derivation.frame, lastFrame: derivation.frame };
  return {
    kind: "made-from-clip",
    clip: Number(clip?.number ?? 0),
    firstFrame: Number(frame.firstFrame) + 1,
    lastFrame: Number(frame.lastFrame) + 1,
  };
}

function deliveriesOf(database: Database, sopInstanceUid: string): (DeliveryState & OfDelivery)[] {
  return database
    .prepare(
      `SELECT d.id AS deliveryId, d.node, d.sop_instance_uid AS sopInstanceUid, d.transfer, d.commitment, d.importance,
         d.attempts, d.verified_by AS verifiedBy, d.stored_at AS storedAt, d.committed_at AS committedAt, d.reason,
         d.commitment_reason AS commitmentReason, ${isExcerptSql} AS isExcerpt
       FROM delivery d JOIN instance i USING (sop_instance_uid) WHERE d.sop_instance_uid = ? ORDER BY d.id`,
    )
    .all(sopInstanceUid) as unknown as (DeliveryState & OfDelivery)[];
}

function readEvents(
  told: Told,
  subjects: readonly (readonly [string, string])[],
  deliveries: readonly OfDelivery[],
): StoryEvent[] {
  const all = [...subjects, ...deliveries.map(({ deliveryId }) => ["delivery", String(deliveryId)] as const)];
  const attempts = deliveries.flatMap(({ deliveryId }) => attemptsOf(told, deliveryId));
  return eventsOf(
    all.flatMap(([kind, id]) => auditOf(told, kind, id)),
    {
      deliveries: new Map(
        deliveries.map(({ deliveryId, node, sopInstanceUid }) => [deliveryId, { deliveryId, node, sopInstanceUid }]),
      ),
      attempts: new Map(attempts.map((attempt) => [attempt.id, attempt])),
    },
  );
}

function auditOf(told: Told, kind: string, id: string): AuditRow[] {
  const columns = "id, at, actor, action, subject_kind AS subjectKind, subject_id AS subjectId, detail";
  const where = "FROM audit WHERE subject_kind = ? AND subject_id = ?";
  return firstAndLast(told, columns, where, [kind, id], true).map(
    (row) => ({ ...row, detail: detailOf(row.detail) }) as unknown as AuditRow,
  );
}

function attemptsOf(told: Told, deliveryId: number): AttemptRow[] {
  const columns = `id, delivery_id AS deliveryId, started_at AS startedAt, ended_at AS endedAt, outcome, status, detail AS words`;
  // Their audit rows are counted.
  return firstAndLast(
    told,
    columns,
    "FROM attempt WHERE delivery_id = ?",
    [deliveryId],
    false,
  ) as unknown as AttemptRow[];
}

function firstAndLast(
  told: Told,
  columns: string,
  where: string,
  values: readonly (string | number)[],
  isCounted: boolean,
): Record<string, unknown>[] {
  const { database } = told;
  const first = database.prepare(`SELECT ${columns} ${where} ORDER BY id LIMIT ${firstRows}`).all(...values);
  if (first.length < firstRows) return first;
  const after = `${where} AND id > ?`;
  const lastId = Number(first.at(-1)?.id ?? 0);
  const last = database.prepare(`SELECT ${columns} ${after} ORDER BY id DESC LIMIT ${lastRows}`).all(...values, lastId);
  const rest = Number(database.prepare(`SELECT count(*) AS n ${after}`).get(...values, lastId)?.n ?? 0);
  if (isCounted) told.leftOut += rest - last.length;
  return [...first, ...last.reverse()];
}

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));
