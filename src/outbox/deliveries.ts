import { recordAudit } from "../audit/audit.ts";
import type { Database } from "../store/store.ts";
import { recordAttempt } from "./attempts.ts";
import type { DeliveryKind, Encoding, Lane } from "./delivery.ts";
import type { Importance } from "./routing/routes.ts";

/** A delivery of an Instance that a worker has claimed, with all it needs to send it. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly lane: Lane;
  readonly importance: Importance;
  readonly procedureId: string;
  readonly captureId: string;
  /** Its rendition's key. */
  readonly rendition: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** Of the capture's original, whatever this rendition is. */
  readonly originalSopClassUid: string;
  readonly originalTransferSyntaxUid: string;
  /** Of the capture's media file. */
  readonly mediaBytes: number;
  /** Relative to the storage directory. */
  readonly file: string;
  readonly dataSetOffset: number;
  readonly sizeBytes: number;
  readonly failuresInARow: number;
}

/** Of an Instance `i`: the first Instance of its capture's original, `o`. */
const joinOriginal = `LEFT JOIN instance o ON o.capture_id = i.capture_id AND o.part = 1
  AND (o.rendition = 'original' OR substr(o.rendition, 1, 9) = 'original/')`;

const claimColumns = `d.id, d.lane, d.importance, d.procedure_id AS procedureId, i.capture_id AS captureId, i.rendition,
  i.sop_instance_uid AS sopInstanceUid, i.series_instance_uid AS seriesInstanceUid, p.study_instance_uid AS studyInstanceUid,
  i.sop_class_uid AS sopClassUid, i.transfer_syntax_uid AS transferSyntaxUid,
  coalesce(o.sop_class_uid, i.sop_class_uid) AS originalSopClassUid,
  coalesce(o.transfer_syntax_uid, i.transfer_syntax_uid) AS originalTransferSyntaxUid,
  coalesce(c.size_bytes, i.size_bytes) AS mediaBytes, i.file, i.data_set_offset AS dataSetOffset, i.size_bytes AS sizeBytes,
  d.failures_in_a_row AS failuresInARow`;

/** A delivery of an Instance by its id, as a worker sees it; undefined when it is of something else. */
export function findInstanceDelivery(database: Database, id: number): ClaimedDelivery | undefined {
  const row = database
    .prepare(
      `SELECT ${claimColumns} FROM delivery d JOIN instance i USING (sop_instance_uid) JOIN capture c ON c.id = i.capture_id
       JOIN procedure p ON p.id = i.procedure_id ${joinOriginal} WHERE d.id = ?`,
    )
    .get(id);
  return row as unknown as ClaimedDelivery | undefined;
}

/** Owes one composed Instance to a node; never twice. Call inside the transaction that records the Instance. */
export function oweInstance(
  database: Database,
  instance: { sopInstanceUid: string; procedureId: string; sizeBytes: number; lane: Lane },
  to: { node: string; importance: Importance; from: number },
  at: number,
): void {
  database
    .prepare(
      `INSERT INTO delivery (node, kind, lane, importance, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at)
       VALUES (?, 'instance', ?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT DO NOTHING`,
    )
    .run(
      to.node,
      instance.lane,
      to.importance,
      instance.sopInstanceUid,
      instance.procedureId,
      instance.sizeBytes,
      Math.max(at, to.from),
      at,
    );
}

/**
 * Nobody is sending anything of these kinds to this node now: what was being sent is pending again. The same UIDs make a
 * second send harmless. Says how many.
 */
export function recoverInterrupted(
  database: Database,
  node: string,
  kinds: readonly DeliveryKind[],
  at: number,
): number {
  return database.transaction(() => {
    const interrupted = database
      .prepare("SELECT id, kind FROM delivery WHERE transfer = 'sending' AND node = ?")
      .all(node)
      .filter(({ kind }) => kinds.includes(kind as DeliveryKind));
    const again = database.prepare("UPDATE delivery SET transfer = 'pending', next_attempt_at = ? WHERE id = ?");
    for (const { id } of interrupted) {
      const attempt = { deliveryId: Number(id), startedAt: at, endedAt: at, status: null, peerWords: null };
      recordAttempt(database, attempt, "interrupted", "the box stopped while sending");
      again.run(at, Number(id));
    }
    return interrupted.length;
  });
}

/** The nodes to which something is being sent, or was when the box stopped. */
export function nodesSending(database: Database): string[] {
  return database
    .prepare("SELECT DISTINCT node FROM delivery WHERE transfer = 'sending'")
    .all()
    .map(({ node }) => String(node));
}

const dueIds = `SELECT id FROM delivery WHERE node = ? AND lane = ? AND transfer = 'pending' AND next_attempt_at <= ?
  ORDER BY next_attempt_at, id`;

/** An encoding that is due, with that of its capture's original. */
export interface DueEncoding extends Encoding {
  readonly originalSopClassUid: string;
  readonly originalTransferSyntaxUid: string;
}

/** Of what is due for a node in these lanes, in order, without claiming it: to know which contexts to propose. */
export function dueEncodings(
  database: Database,
  node: string,
  lanes: readonly Lane[],
  at: number,
  limit: number,
): DueEncoding[] {
  const select = database.prepare(
    `SELECT DISTINCT i.sop_class_uid AS sopClassUid, i.transfer_syntax_uid AS transferSyntaxUid,
       coalesce(o.sop_class_uid, i.sop_class_uid) AS originalSopClassUid,
       coalesce(o.transfer_syntax_uid, i.transfer_syntax_uid) AS originalTransferSyntaxUid
     FROM delivery d JOIN instance i USING (sop_instance_uid) ${joinOriginal} WHERE d.id IN (${dueIds} LIMIT ?)`,
  );
  return lanes.flatMap((lane) => select.all(node, lane, at, limit) as unknown as DueEncoding[]);
}

/** The delivery that would be claimed next, left as it is: its file can be read ahead. The first lane goes first. */
export function peekNext(
  database: Database,
  node: string,
  lanes: readonly Lane[],
  at: number,
): ClaimedDelivery | undefined {
  for (const lane of lanes) {
    const next = database.prepare(`${dueIds} LIMIT 1`).get(node, lane, at);
    if (next !== undefined) return findInstanceDelivery(database, Number(next.id));
  }
  return undefined;
}

/**
 * Takes the next due delivery of a node, or undefined. On disk as `sending` when this returns. A standby whose capture
 * a primary node has by now is cancelled instead.
 */
export function claimNext(
  database: Database,
  node: string,
  lanes: readonly Lane[],
  at: number,
): ClaimedDelivery | undefined {
  return database.transaction(() => {
    const next = nextNeeded(database, node, lanes, at);
    if (next !== undefined) database.prepare("UPDATE delivery SET transfer = 'sending' WHERE id = ?").run(next.id);
    return next;
  });
}

/** So many in one transaction: a commit each would take seconds. */
const cancelledAtOnce = 100;

/** The delivery that would be claimed next; every standby before it that is not needed is cancelled. */
export function nextNeeded(
  database: Database,
  node: string,
  lanes: readonly Lane[],
  at: number,
): ClaimedDelivery | undefined {
  for (;;) {
    const next = database.transaction(() => {
      for (let cancelled = 0; cancelled < cancelledAtOnce; cancelled += 1) {
        const found = peekNext(database, node, lanes, at);
        if (found?.importance !== "standby" || !isAtPrimary(database, found.captureId)) return { found };
        cancelStandby(database, found.id, at);
      }
      return undefined;
    });
    if (next !== undefined) return next.found;
  }
}

/** A primary node has taken all there is of this capture for it. */
function isAtPrimary(database: Database, captureId: string): boolean {
  const row = database
    .prepare(
      `SELECT 1 FROM instance i JOIN delivery d USING (sop_instance_uid) WHERE i.capture_id = ? AND d.importance = 'primary'
       GROUP BY d.node HAVING sum(d.transfer = 'stored') > 0 AND sum(d.transfer IN ('pending', 'sending', 'held')) = 0
         AND NOT EXISTS (SELECT 1 FROM rendition_node n JOIN rendition r USING (capture_id, key)
           WHERE n.capture_id = i.capture_id AND n.node = d.node AND r.state = 'wanted') LIMIT 1`,
    )
    .get(captureId);
  return row !== undefined;
}

function cancelStandby(database: Database, id: number, at: number): void {
  database
    .prepare("UPDATE delivery SET transfer = 'cancelled', reason = ? WHERE id = ?")
    .run("Not needed: the first archive has it. Press Retry to send it here too.", id);
  recordAudit(database, {
    at,
    actor: "scopeline",
    action: "delivery-cancel",
    subjectKind: "delivery",
    subjectId: String(id),
    detail: { because: "standby not needed" },
  });
}

/**
 * A clock that was set back leaves pauses that end in a far future: none is longer than `longestMs` from now, but for a
 * standby, whose time is still to come; where it came to be owed in that future, its time begins now. Cheap: reads the
 * end of the index of due times.
 */
export function shortenPauses(
  database: Database,
  node: string,
  lanes: readonly Lane[],
  at: number,
  longestMs: number,
): void {
  const latest = at + longestMs;
  const shorten = database.prepare(
    `UPDATE delivery SET next_attempt_at = ? WHERE node = ? AND lane = ? AND transfer = 'pending' AND next_attempt_at > ?
     AND NOT (importance = 'standby' AND attempts = 0)`,
  );
  const beginNow = database.prepare(
    `UPDATE delivery SET next_attempt_at = ?1 + max(next_attempt_at - created_at, 0), created_at = ?1
     WHERE node = ?2 AND lane = ?3 AND transfer = 'pending' AND next_attempt_at > ?4 AND importance = 'standby' AND attempts = 0
     AND created_at > ?1`,
  );
  for (const lane of lanes) {
    shorten.run(latest, node, lane, latest);
    beginNow.run(at, node, lane, latest);
  }
}

/** When the next pending delivery of a node in these lanes falls due; undefined when nothing is pending. */
export function nextDueAt(database: Database, node: string, lanes: readonly Lane[]): number | undefined {
  const select = database.prepare(
    "SELECT next_attempt_at AS at FROM delivery WHERE node = ? AND lane = ? AND transfer = 'pending' ORDER BY next_attempt_at LIMIT 1",
  );
  const due = lanes.flatMap((lane) => {
    const row = select.get(node, lane);
    return row === undefined ? [] : [Number(row.at)];
  });
  return due.length === 0 ? undefined : Math.min(...due);
}

/** Gives back what was claimed but not tried (the association ended before its turn). No attempt is counted. */
export function unclaim(database: Database, id: number): void {
  database.prepare("UPDATE delivery SET transfer = 'pending' WHERE id = ? AND transfer = 'sending'").run(id);
}
