/** The story of one capture. */
import { type Static, Type } from "typebox";
import { CaptureProgress } from "./captures.ts";
import { Id, Instant, literals, Nullable } from "./parts.ts";

export const CaptureStory = Type.Object({
  captureId: Id,
  procedureId: Id,
  state: CaptureProgress,
  sizeBytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String({ description: "of the captured file" })),
  nodes: Type.Array(
    Type.Object({
      node: Type.String(),
      state: literals(["waiting", "sending", "held", "sent", "safe", "cancelled"] as const),
      storedAt: Nullable(Instant),
      provenBy: Nullable(Type.Enum(["commitment", "query"], { description: "the weakest of its parts' proofs" })),
      provenAt: Nullable(Instant),
      reason: Nullable(Type.String()),
    }),
  ),
  instances: Type.Array(
    Type.Object({
      sopInstanceUid: Type.String(),
      rendition: Type.String(),
      part: Type.Integer(),
      parts: Type.Integer(),
      sopClassUid: Type.String(),
      transferSyntaxUid: Type.String(),
      sizeBytes: Nullable(Type.Integer()),
      sha256: Nullable(Type.String()),
    }),
  ),
  events: Type.Array(
    Type.Object({
      at: Instant,
      words: Type.String(),
      actor: Type.String(),
      rows: Type.String({ description: "the audit rows it tells of" }),
    }),
  ),
  eventsLeftOut: Type.Integer(),
  chainHead: Nullable(
    Type.String({ description: "of the audit, when this was told; `scopeline check --receipt` finds it" }),
  ),
});
export type CaptureStory = Static<typeof CaptureStory>;
