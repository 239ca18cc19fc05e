import { recordAudit } from "../audit/audit.ts";
import type { Database } from "../store/store.ts";
import type { Transfer } from "./delivery.ts";
import { OutboxError } from "./errors.ts";
import { type DeliveryView, getDelivery } from "./list.ts";

/** What a person may do to a delivery: from which states, and what it becomes. */
export const actions = {
  /** Sends it now, whatever its back-off, also after held or cancelled, or when the node did not commit to it. */
  retry: { from: ["pending", "held", "cancelled"], to: "pending", reason: null },
  /** Keeps it here until somebody presses retry. */
  hold: { from: ["pending"], to: "held", reason: "Held by hand. Press Retry to send it." },
  /** Never sends it to this node, unless somebody presses retry. */
  cancel: { from: ["pending", "held"], to: "cancelled", reason: "Cancelled by hand." },
} as const satisfies Record<string, { from: readonly Transfer[]; to: Transfer; reason: string | null }>;

export type Action = keyof typeof actions;

/** Changes one delivery by hand, with its audit row. Throws OutboxError `unknown-delivery`, `not-now`. */
export function changeByHand(database: Database, id: number, action: Action, actor: string, at: number): void {
  const { from, to, reason } = actions[action];
  database.transaction(() => {
    const found = requireDelivery(database, id, action, from);
    if (action === "retry") requireFile(database, id);
    // A standby that a person sends is none any more.
    database
      .prepare(
        `UPDATE delivery SET transfer = ?1, reason = ?2, next_attempt_at = ?3, failures_in_a_row = ?4,
           importance = CASE WHEN importance = 'standby' AND ?5 = 'retry' THEN 'secondary' ELSE importance END,
           commitment = CASE WHEN commitment = 'failed' AND ?5 = 'retry' THEN 'owed' ELSE commitment END WHERE id = ?6`,
      )
      .run(to, reason, at, 0, action, id);
    recordByHand(database, { id, action, actor, at, detail: { from: found.transfer } });
  });
}

/** The delivery, if its state allows what a person wants. Throws OutboxError `unknown-delivery`, `not-now`. */
export function requireDelivery(
  database: Database,
  id: number,
  action: string,
  from: readonly Transfer[],
): DeliveryView {
  const found = getDelivery(database, id);
  if (found === undefined) throw new OutboxError("unknown-delivery", "There is no such delivery on this box.");
  if (from.includes(found.transfer)) return found;
  if (action === "retry" && found.transfer === "stored" && found.commitment === "failed") return found;
  const why =
    found.transfer === "sending"
      ? "It is being sent just now; try again in a moment."
      : `It is ${found.transfer} already.`;
  throw new OutboxError("not-now", `Cannot ${action} this delivery. ${why}`);
}

/** Throws OutboxError `not-now` when what is to be sent is not on this box any more. */
export function requireFile(database: Database, id: number): void {
  const gone = database
    .prepare(
      "SELECT 1 FROM delivery d JOIN instance i USING (sop_instance_uid) WHERE d.id = ? AND i.file_removed_at IS NOT NULL",
    )
    .get(id);
  if (gone !== undefined) {
    throw new OutboxError(
      "not-now",
      "Its file was removed from this box when it was no longer owed. It cannot be sent.",
    );
  }
}

export function recordByHand(
  database: Database,
  change: { id: number; action: string; actor: string; at: number; detail: Readonly<Record<string, unknown>> },
): void {
  recordAudit(database, {
    at: change.at,
    actor: change.actor,
    action: `delivery-${change.action}`,
    subjectKind: "delivery",
    subjectId: String(change.id),
    detail: change.detail,
  });
}
