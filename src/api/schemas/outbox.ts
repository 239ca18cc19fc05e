/** What is owed to remote nodes, and the nodes. */
import { type Static, Type } from "typebox";
import { Id, Instant, literals, Nullable } from "./parts.ts";

export const Delivery = Type.Object({
  id: Type.Integer(),
  kind: Type.Enum(["instance", "mpps-create", "mpps-set"], {
    description: "an Instance, or a message that the performed step began (create) or ended (set)",
  }),
  lane: literals(["step", "still", "clip"] as const),
  importance: literals(["primary", "secondary", "standby"] as const),
  procedureId: Id,
  captureId: Nullable(Id),
  captureNumber: Nullable(Type.Integer()),
  captureKind: Nullable(literals(["still", "clip"] as const)),
  sopInstanceUid: Nullable(Type.String()),
  sentAs: Nullable(Type.String({ description: "what is sent instead of the original, in words" })),
  part: Type.Integer(),
  parts: Type.Integer(),
  node: Type.String(),
  transfer: Type.Enum(["pending", "sending", "stored", "held", "cancelled", "replaced"], {
    description: "replaced: another form of it goes to that node instead",
  }),
  commitment: literals(["not-required", "owed", "requested", "committed", "failed"] as const),
  verifiedBy: Nullable(
    Type.Enum(["commitment", "query"], { description: "query is weaker: it was found, not committed" }),
  ),
  committedAt: Nullable(Instant),
  commitmentReason: Nullable(Type.String()),
  attempts: Type.Integer(),
  sizeBytes: Type.Integer(),
  nextAttemptAt: Nullable(Instant),
  reason: Nullable(Type.String({ description: "why it is not stored yet, and what to do" })),
  peerWords: Nullable(Type.String({ description: "the peer's own answer, for details" })),
  warning: Nullable(Type.String()),
  otherEncoding: Nullable(
    Type.String({ description: "what send-as would send instead, in words; only of what is held" }),
  ),
  createdAt: Instant,
  storedAt: Nullable(Instant),
});
export type Delivery = Static<typeof Delivery>;

export const DeliveryList = Type.Object({
  deliveries: Type.Array(Delivery),
  counts: Type.Record(Type.String(), Type.Integer()),
  next: Nullable(Type.Integer({ description: "pass as ?before= for the next page" })),
});
export type DeliveryList = Static<typeof DeliveryList>;

export const RemoteNode = Type.Object({
  name: Type.String(),
  roles: Type.Array(Type.String()),
  downSince: Nullable(Instant),
  reason: Nullable(Type.String()),
  nextTryAt: Nullable(Instant),
  mppsRefusal: Nullable(Type.String({ description: "why it is told of no procedure steps, although it is set to be" })),
  commitmentRefusal: Nullable(Type.String({ description: "why it commits to nothing, although it is set to" })),
  encodings: Type.Array(
    Type.Object(
      {
        sopClassUid: Type.String(),
        transferSyntaxUid: Type.String(),
        sentAs: Type.String({ description: "in words" }),
        words: Type.String({ description: "what the node said" }),
        learnedAt: Instant,
      },
      { description: "what it was found to need instead of such an original" },
    ),
  ),
});
export type RemoteNode = Static<typeof RemoteNode>;

export const FitTestResult = Type.Object({
  node: Type.String(),
  at: Instant,
  report: Type.String({ description: "for people, Markdown" }),
  settings: Type.String({ description: "the node's entry for the settings file, YAML" }),
  differences: Type.Array(Type.String(), { description: "to the settings as they are" }),
  warnings: Type.Array(Type.String()),
});
export type FitTestResult = Static<typeof FitTestResult>;
