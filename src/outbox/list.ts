import type { Database } from "../store/store.ts";
import type { Commitment, DeliveryKind, Lane, Transfer } from "./delivery.ts";
import type { Importance } from "./routing/routes.ts";
import { parseRenditionKey, rungLabel } from "./sending/rungs.ts";

/** One delivery as the screens show it. */
export interface DeliveryView {
  readonly id: number;
  readonly kind: DeliveryKind;
  readonly lane: Lane;
  readonly importance: Importance;
  readonly procedureId: string;
  /** Of an Instance; null: a message about the performed step. */
  readonly captureId: string | null;
  readonly captureNumber: number | null;
  readonly captureKind: "still" | "clip" | null;
  readonly sopInstanceUid: string | null;
  /** What is sent instead of the original, in words; null: the original. */
  readonly sentAs: string | null;
  readonly part: number;
  readonly parts: number;
  readonly node: string;
  readonly transfer: Transfer;
  readonly commitment: Commitment;
  readonly verifiedBy: "commitment" | "query" | null;
  readonly committedAt: number | null;
  readonly commitmentReason: string | null;
  readonly attempts: number;
  readonly sizeBytes: number;
  readonly nextAttemptAt: number | null;
  readonly reason: string | null;
  readonly peerWords: string | null;
  readonly warning: string | null;
  readonly createdAt: number;
  readonly storedAt: number | null;
}

export interface DeliveryFilter {
  readonly procedureId?: string;
  readonly transfer?: Transfer;
  /** Only ids below this one: the `next` of the page before. */
  readonly before?: number;
  readonly limit: number;
}

const columns = `d.id, d.kind, d.lane, d.importance, d.procedure_id AS procedureId, c.id AS captureId, c.number AS captureNumber,
  c.kind AS captureKind, d.sop_instance_uid AS sopInstanceUid, coalesce(i.rendition, 'original') AS rendition,
  coalesce(i.part, 1) AS part, coalesce(i.parts, 1) AS parts, d.node, d.transfer, d.commitment, d.verified_by AS verifiedBy, d.committed_at AS committedAt,
  d.commitment_reason AS commitmentReason, d.attempts, d.size_bytes AS sizeBytes, d.next_attempt_at AS nextAttemptAt, d.reason,
  d.peer_words AS peerWords, d.warning, d.created_at AS createdAt, d.stored_at AS storedAt`;
const joins = "delivery d LEFT JOIN instance i USING (sop_instance_uid) LEFT JOIN capture c ON c.id = i.capture_id";

/** A page of deliveries, newest first. */
export function listDeliveries(database: Database, filter: DeliveryFilter): DeliveryView[] {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add("procedure_id = ?", filter.procedureId);
  add("transfer = ?", filter.transfer);
  add("id < ?", filter.before);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  // The page first, then what belongs to it: a join must not change the order in which rows are looked at.
  const page = `SELECT id FROM delivery ${where} ORDER BY id DESC LIMIT ?`;
  const rows = database
    .prepare(`SELECT ${columns} FROM ${joins} WHERE d.id IN (${page}) ORDER BY d.id DESC`)
    .all(...values, filter.limit);
  return rows.map(deliveryView);
}

export function getDelivery(database: Database, id: number): DeliveryView | undefined {
  const row = database.prepare(`SELECT ${columns} FROM ${joins} WHERE d.id = ?`).get(id);
  return row === undefined ? undefined : deliveryView(row);
}

function deliveryView(row: Record<string, unknown>): DeliveryView {
  const { rendition, ...rest } = row;
  const { rung } = parseRenditionKey(String(rendition));
  const view = { ...rest, sentAs: rung === "original" ? null : rungLabel(rung) } as unknown as DeliveryView;
  return view.transfer === "pending" ? view : { ...view, nextAttemptAt: null };
}

export interface OwedCounts {
  readonly pending: number;
  readonly sending: number;
  readonly held: number;
  /** When the oldest unsettled delivery began to be owed; null when nothing is owed. */
  readonly oldestAt: number | null;
}

/** How much is owed; reads only the index of unsettled deliveries, however many are settled. */
export function owedCounts(database: Database): OwedCounts {
  const rows = database
    .prepare(
      `SELECT transfer, count(*) AS n, min(created_at) AS oldest FROM delivery
       WHERE transfer IN ('pending', 'sending', 'held') GROUP BY transfer`,
    )
    .all();
  const count = (transfer: string): number => Number(rows.find((row) => row.transfer === transfer)?.n ?? 0);
  const oldest = rows.map((row) => Number(row.oldest));
  return {
    pending: count("pending"),
    sending: count("sending"),
    held: count("held"),
    oldestAt: oldest.length === 0 ? null : Math.min(...oldest),
  };
}
