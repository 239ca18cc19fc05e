import { type Database, isExcerptSql } from "../store/store.ts";
import type { Capture } from "./procedure.ts";

/** How far a capture has got, the worst node deciding: what the screen says of it. */
export type CaptureProgress =
  | "recording"
  /** The box was stopped while it recorded it: what is on the disk is being finished, and nothing records. */
  | "rescuing"
  /** Ended and on the disk; the database does not take it. */
  | "not-saved-yet"
  | "saved"
  | "sending"
  | "sent"
  | "safe"
  | "held"
  | "cancelled"
  | "failed"
  | "deleted";

/** One delivery of one of a capture's Instances, as far as progress goes. */
export interface DeliveryProgress {
  readonly node: string;
  readonly transfer: "pending" | "sending" | "stored" | "held" | "cancelled" | "replaced";
  readonly commitment: "not-required" | "owed" | "requested" | "committed" | "failed";
  readonly importance: "primary" | "secondary" | "standby";
}

/** `deliveries`: of all its Instances to all nodes; empty before release. */
export function progressOf(
  capture: Pick<Capture, "state" | "composeFailure">,
  deliveries: readonly DeliveryProgress[],
): CaptureProgress {
  if (capture.state !== "saved") return capture.state;
  // What went in another form is the other one's matter, and a standby that was not needed nobody's.
  const counting = deliveries.filter(
    ({ transfer, importance }) => transfer !== "replaced" && !(importance === "standby" && transfer === "pending"),
  );
  const has = (transfer: DeliveryProgress["transfer"]): boolean => counting.some((one) => one.transfer === transfer);
  // A node that one part was cancelled for has not got the capture.
  const lacking = new Set(counting.filter(({ transfer }) => transfer === "cancelled").map(({ node }) => node));
  const stored = counting.filter(({ transfer, node }) => transfer === "stored" && !lacking.has(node));
  if (capture.composeFailure !== null || has("held")) return "held";
  if (counting.some(({ transfer, commitment }) => transfer === "stored" && commitment === "failed")) return "held";
  if (has("sending")) return "sending";
  if (counting.length === 0 || has("pending")) return "saved";
  if (stored.length === 0) return "cancelled";
  return stored.every(({ commitment }) => commitment === "committed") ? "safe" : "sent";
}

/** The deliveries of each capture's Instances, by capture id; what is still to be made for a node counts as pending. */
export function deliveriesByCapture(database: Database, procedureId: string): Map<string, DeliveryProgress[]> {
  const rows = database
    .prepare(
      // Stills of key frames, or JPEG frames of which some may be left out, are not the clip: never safe by them (decision 011).
      `SELECT i.capture_id AS captureId, d.node, d.transfer, d.importance,
         CASE WHEN d.commitment = 'committed' AND ${isExcerptSql}
           THEN 'not-required' ELSE d.commitment END AS commitment
       FROM delivery d JOIN instance i USING (sop_instance_uid) WHERE d.procedure_id = ?1
       UNION ALL
       SELECT n.capture_id, n.node, 'pending', n.importance, 'not-required'
       FROM rendition_node n JOIN rendition r USING (capture_id, key) WHERE r.procedure_id = ?1 AND r.state = 'wanted'`,
    )
    .all(procedureId);
  return Map.groupBy(rows as unknown as (DeliveryProgress & { captureId: string })[], (row) => row.captureId);
}
