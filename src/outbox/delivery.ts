/** The words for what is owed. */

export type Transfer = "pending" | "sending" | "stored" | "held" | "cancelled" | "replaced";
export type Commitment = "not-required" | "owed" | "requested" | "committed" | "failed";
export type DeliveryKind = "instance" | "mpps-create" | "mpps-set";
/** What is sent before what: steps, then stills, then clips. */
export type Lane = "step" | "still" | "clip";

/** How an Instance is encoded: it takes a presentation context of its own. */
export interface Encoding {
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
}
