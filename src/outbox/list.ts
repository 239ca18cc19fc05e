import type { Database } from "../store/store.ts";
import type { Transfer } from "./deliveries.ts";

/** One delivery as the screens show it. */
export interface DeliveryView {
  readonly id: number;
  readonly procedureId: string;
  readonly captureId: string;
  readonly captureNumber: number;
  readonly captureKind: "still" | "clip";
  readonly sopInstanceUid: string;
  readonly node: string;
  readonly transfer: Transfer;
  readonly commitment: "not-required" | "owed" | "requested" | "committed" | "failed";
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

const columns = `d.id, d.procedure_id AS procedureId, c.id AS captureId, c.number AS captureNumber, c.kind AS captureKind,
  d.sop_instance_uid AS sopInstanceUid, d.node, d.transfer, d.commitment, d.attempts, d.size_bytes AS sizeBytes,
  d.next_attempt_at AS nextAttemptAt, d.reason, d.peer_words AS peerWords, d.warning, d.created_at AS createdAt,
  d.stored_at AS storedAt`;
const joins = "delivery d JOIN instance i USING (sop_instance_uid) JOIN capture c ON c.id = i.capture_id";

/** A page of deliveries, newest first. */
export function listDeliveries(database: Database, filter: DeliveryFilter): DeliveryView[] {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add("d.procedure_id = ?", filter.procedureId);
  add("d.transfer = ?", filter.transfer);
  add("d.id < ?", filter.before);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const rows = database
    .prepare(`SELECT ${columns} FROM ${joins} ${where} ORDER BY d.id DESC LIMIT ?`)
    .all(...values, filter.limit);
  return rows.map(deliveryView);
}

export function getDelivery(database: Database, id: number): DeliveryView | undefined {
  const row = database.prepare(`SELECT ${columns} FROM ${joins} WHERE d.id = ?`).get(id);
  return row === undefined ? undefined : deliveryView(row);
}

function deliveryView(row: Record<string, unknown>): DeliveryView {
  const view = row as unknown as DeliveryView;
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

/** The transfers of each capture's instance, over all nodes: `captureId → transfers`. */
export function transfersOfProcedure(database: Database, procedureId: string): Map<string, Transfer[]> {
  const rows = database
    .prepare(
      `SELECT i.capture_id AS captureId, d.transfer FROM delivery d JOIN instance i USING (sop_instance_uid)
       WHERE d.procedure_id = ? ORDER BY d.id`,
    )
    .all(procedureId);
  const byCapture = new Map<string, Transfer[]>();
  for (const row of rows) {
    const transfers = byCapture.get(String(row.captureId)) ?? [];
    transfers.push(row.transfer as Transfer);
    byCapture.set(String(row.captureId), transfers);
  }
  return byCapture;
}
