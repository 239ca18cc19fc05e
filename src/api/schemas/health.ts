/** What is wrong with the box, its disk, and news of changes. */
import { type Static, Type } from "typebox";
import { screenLanguages } from "../../lib/screen-languages.ts";
import { Id, Instant, literals, Nullable } from "./parts.ts";

export const RetentionPlan = Type.Object({
  next: Type.Array(
    Type.Object({
      captureId: Id,
      procedureId: Id,
      kind: literals(["still", "clip"] as const),
      savedAt: Instant,
      settledAt: Instant,
      dueAt: Instant,
      reason: literals(["age", "disk"] as const),
      sizeBytes: Type.Integer(),
    }),
    { description: "what is removed from this box next; every one of them is safe elsewhere" },
  ),
  isComplete: Type.Boolean({ description: "false: not all captures were looked at" }),
});

export const Health = Type.Object({
  state: literals(["ok", "degraded", "failed"] as const),
  version: Type.String(),
  startedAt: Instant,
  now: Instant,
  stationName: Type.String(),
  openProcedureId: Nullable(Type.String()),
  problems: Type.Array(
    Type.Object({
      area: Type.String(),
      level: literals(["notice", "caution", "failure"] as const),
      id: Type.Optional(Type.String({ description: "the same for as long as it is the same thing" })),
      message: Type.String({ description: "cause and cure" }),
      detail: Type.Optional(Nullable(Type.String({ description: "what the other side said" }))),
      since: Type.Optional(Instant),
    }),
  ),
  disk: Type.Object({ freeBytes: Type.Integer(), totalBytes: Type.Integer() }),
  rescued: Type.Array(
    Type.Object({
      captureId: Id,
      procedureId: Id,
      number: Type.Integer(),
      durationMs: Type.Integer(),
      missingMs: Type.Integer({ description: "at most so much after its last picture is missing" }),
    }),
    { description: "clips of the last 24 hours that were being recorded when the box stopped, newest first" },
  ),
  owed: Type.Object({ pending: Type.Integer(), held: Type.Integer(), oldestAt: Nullable(Instant) }),
  sounds: Type.Enum(["box", "screen"], { description: "who plays the sounds: a screen is silent while the box does" }),
  screen: Type.Object(
    {
      theme: literals(["dark", "bright"] as const),
      language: literals(screenLanguages),
      panelInches: Nullable(Type.Number({ description: "of its diagonal; null: the settings do not say" })),
    },
    { description: "how a screen looks until somebody chooses on it" },
  ),
});
export type Health = Static<typeof Health>;

/** Sent on the `events` WebSocket: something changed, look again. */
export const NewsMessage = Type.Object({
  topic: Type.Enum(
    ["hello", "source", "worklist", "procedure", "capture", "delivery", "health", "trigger", "press", "scan"],
    { description: "trigger: a learned trigger was pressed, or their list changed; press: how a press went" },
  ),
  id: Type.Optional(Type.String()),
  by: Type.Optional(Type.String({ description: "who pressed: screen, trigger or scopeline" })),
  outcome: Type.Optional(literals(["saved", "record-start", "record-stop", "marked", "failed"] as const)),
  message: Type.Optional(Type.String({ description: "of a press that failed, for the person at the screen" })),
  text: Type.Optional(Type.String({ description: "what a scanner read, control characters and all" })),
});
export type NewsMessage = Static<typeof NewsMessage>;
