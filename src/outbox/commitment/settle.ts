import type { Database } from "../../store/store.ts";
import { auditDelivery } from "./rows.ts";

/** So often an instance is sent again because the node does not show it; then a person has to look. */
const sendRounds = 3;
/** After the first time: the node may need a while to get well. */
const againPauseMs = [0, 60_000, 600_000];

/** The node has it for good. Inside a transaction. */
export function settleCommitted(
  database: Database,
  deliveryId: number,
  by: "commitment" | "query",
  at: number,
  detail: Readonly<Record<string, unknown>>,
): void {
  database
    .prepare(
      `UPDATE delivery SET commitment = 'committed', verified_by = ?, committed_at = ?, commitment_reason = NULL WHERE id = ?`,
    )
    .run(by, at, deliveryId);
  auditDelivery(database, deliveryId, "delivery-committed", at, { ...detail, verifiedBy: by });
}

/** A person has to look: asking or sending again would change nothing. Inside a transaction. */
export function settleFailed(
  database: Database,
  deliveryId: number,
  reason: string,
  at: number,
  detail: Readonly<Record<string, unknown>>,
): void {
  database
    .prepare("UPDATE delivery SET commitment = 'failed', commitment_reason = ? WHERE id = ?")
    .run(reason, deliveryId);
  auditDelivery(database, deliveryId, "commitment-failed", at, { ...detail, reason });
}

/** Owed again under another Transaction UID. Inside a transaction. */
export function askAgain(
  database: Database,
  deliveryId: number,
  reason: string,
  at: number,
  detail: Readonly<Record<string, unknown>>,
): void {
  database
    .prepare("UPDATE delivery SET commitment = 'owed', commitment_reason = ? WHERE id = ?")
    .run(reason, deliveryId);
  auditDelivery(database, deliveryId, "commitment-expired", at, { ...detail, words: reason });
}

/**
 * The node does not have what it said it stored: pending again, so often that it is no accident, then held. Its file
 * may be gone from this box meanwhile: then a person has to know. Inside a transaction.
 */
export function sendAgain(
  database: Database,
  deliveryId: number,
  node: string,
  why: string,
  at: number,
  detail: Readonly<Record<string, unknown>>,
): "pending" | "held" | "failed" {
  const row = database
    .prepare(
      `SELECT i.file_removed_at IS NOT NULL AS isGone, (SELECT count(*) FROM audit a WHERE a.subject_kind = 'delivery'
         AND a.subject_id = CAST(d.id AS TEXT) AND a.action = 'delivery-again') AS rounds
       FROM delivery d JOIN instance i USING (sop_instance_uid) WHERE d.id = ?`,
    )
    .get(deliveryId);
  if (row?.isGone === 1) {
    const reason = `${node} does not have this image (${why}), and its file was removed from this box. Call its administrator at once.`;
    settleFailed(database, deliveryId, reason, at, detail);
    return "failed";
  }
  const rounds = Number(row?.rounds ?? 0);
  const isHeld = rounds >= sendRounds;
  const reason = isHeld
    ? `${node} took this image ${rounds + 1} times and does not keep it: ${why}. Ask its administrator, then press Retry.`
    : `${node} said it had stored this image, and does not have it: ${why}. Sent again by itself.`;
  database
    .prepare(
      `UPDATE delivery SET transfer = ?, commitment = 'owed', commitment_reason = ?, reason = ?, stored_at = NULL,
         failures_in_a_row = 0, next_attempt_at = ? WHERE id = ?`,
    )
    .run(isHeld ? "held" : "pending", why, reason, at + (againPauseMs[rounds] ?? 0), deliveryId);
  auditDelivery(database, deliveryId, isHeld ? "delivery-held" : "delivery-again", at, { ...detail, reason });
  return isHeld ? "held" : "pending";
}
