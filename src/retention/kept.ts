import { type Database, isExcerptSql } from "../store/store.ts";
import { type DeliveryFacts, type InstanceFacts, settledAt, type WithoutProof } from "./settled.ts";

/** A capture whose files are still here. */
export interface KeptCapture {
  readonly captureId: string;
  readonly procedureId: string;
  readonly kind: "still" | "clip";
  readonly savedAt: number;
  /** Null: something of it is still owed. */
  readonly settledAt: number | null;
  /** Of the picture and of all its Instances. */
  readonly sizeBytes: number;
  /** Relative to the storage directory; without the thumbnail. */
  readonly files: readonly string[];
}

/** Where a walk through the kept captures stands. */
export interface Position {
  readonly savedAt: number;
  readonly row: number;
}

export const beginning: Position = { savedAt: -1, row: -1 };

/**
 * The next kept captures, oldest first, saved at `until` or before. By the index `capture_kept`: as fast with a million
 * captures as with ten. `next` null: that was all.
 */
export function keptAfter(
  database: Database,
  after: Position,
  limits: { until: number; atMost: number; withoutProof: WithoutProof },
): { captures: KeptCapture[]; next: Position | null } {
  const rows = database
    .prepare(
      `SELECT c.rowid AS position, c.id, c.procedure_id, c.kind, c.saved_at, c.file, c.size_bytes, p.state = 'released' AS is_released,
         EXISTS (SELECT 1 FROM rendition r WHERE r.capture_id = c.id AND r.state = 'wanted') AS is_rendition_wanted
       FROM capture c INDEXED BY capture_kept JOIN procedure p ON p.id = c.procedure_id
       WHERE c.state = 'saved' AND c.file_removed_at IS NULL AND (c.saved_at, c.rowid) > (?, ?) AND c.saved_at <= ?
       ORDER BY c.saved_at, c.rowid LIMIT ?`,
    )
    .all(after.savedAt, after.row, limits.until, limits.atMost);
  const captures = rows.map((row): KeptCapture => {
    const { instances, files, sizeBytes } = instancesOf(database, String(row.id));
    const savedAt = Number(row.saved_at);
    const facts = {
      savedAt,
      isReleased: row.is_released === 1,
      isRenditionWanted: row.is_rendition_wanted === 1,
      instances,
    };
    return {
      captureId: String(row.id),
      procedureId: String(row.procedure_id),
      kind: row.kind === "clip" ? "clip" : "still",
      savedAt,
      settledAt: settledAt(facts, limits.withoutProof),
      sizeBytes: Number(row.size_bytes ?? 0) + sizeBytes,
      files: [String(row.file), ...files],
    };
  });
  const last = rows.at(-1);
  const isAll = last === undefined || rows.length < limits.atMost;
  return { captures, next: isAll ? null : { savedAt: Number(last.saved_at), row: Number(last.position) } };
}

function instancesOf(
  database: Database,
  captureId: string,
): { instances: InstanceFacts[]; files: string[]; sizeBytes: number } {
  const rows = database
    .prepare(
      `SELECT i.sop_instance_uid, i.rendition, i.composed_at, i.is_owed, i.file, i.size_bytes,
         ${isExcerptSql} AS is_excerpt,
         d.node, d.transfer, d.commitment, d.created_at, d.stored_at, d.committed_at
       FROM instance i LEFT JOIN delivery d ON d.sop_instance_uid = i.sop_instance_uid WHERE i.capture_id = ?`,
    )
    .all(captureId);
  const instances = new Map<string, InstanceFacts & { deliveries: DeliveryFacts[] }>();
  const files: string[] = [];
  let sizeBytes = 0;
  for (const row of rows) {
    const uid = String(row.sop_instance_uid);
    let instance = instances.get(uid);
    if (instance === undefined) {
      const rendition = String(row.rendition);
      const isWhole = row.is_excerpt === 0;
      instance = {
        isWhole,
        rendition,
        isComposed: row.composed_at !== null,
        isOwed: row.is_owed === 1,
        deliveries: [],
      };
      instances.set(uid, instance);
      if (row.file !== null) files.push(String(row.file));
      sizeBytes += Number(row.size_bytes ?? 0);
    }
    if (row.node === null) continue;
    instance.deliveries.push({
      node: String(row.node),
      transfer: String(row.transfer),
      commitment: String(row.commitment),
      createdAt: Number(row.created_at),
      storedAt: row.stored_at === null ? null : Number(row.stored_at),
      committedAt: row.committed_at === null ? null : Number(row.committed_at),
    });
  }
  return { instances: [...instances.values()], files, sizeBytes };
}
