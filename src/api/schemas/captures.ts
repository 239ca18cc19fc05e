/** Captures: pressing for them, and what is made of them afterwards. */
import { type Static, Type } from "typebox";
import { FrameId, Id, Instant, literals, Nullable } from "./parts.ts";

/** How far a capture has got, worst node first: the steps on the screen. */
export const CaptureProgress = literals([
  "recording",
  "not-saved-yet",
  "rescuing",
  "saved",
  "sending",
  "sent",
  "safe",
  "held",
  "cancelled",
  "failed",
  "deleted",
] as const);

/** How far the copy of a clip is that any browser plays; `original`: the clip itself is one. */
export const Playback = Type.Object({
  state: literals(["original", "ready", "making", "waiting", "failed"] as const),
  message: Nullable(Type.String({ description: "why there is none" })),
});
export type Playback = Static<typeof Playback>;

export const Capture = Type.Object({
  id: Id,
  procedureId: Id,
  number: Type.Integer({ description: "1, 2, 3 … within the procedure" }),
  kind: literals(["still", "clip"] as const),
  state: literals(["recording", "saved", "failed", "deleted"] as const, {
    description: "as the database has it: recording, too, of a clip that has ended and is not saved yet; see progress",
  }),
  progress: CaptureProgress,
  source: Type.String(),
  frame: Nullable(Type.Object({ epoch: Type.Integer(), seq: Type.Integer() })),
  encoding: Nullable(
    Type.Union([Type.Literal("jpeg"), Type.Literal("jpeg-ls"), Type.Literal("uncompressed")], {
      description: "how a still is stored; null: a clip, or not saved",
    }),
  ),
  codec: Nullable(
    Type.Union([Type.Literal("h264"), Type.Literal("hevc")], {
      description: "of a clip; a browser that does not play HEVC asks for playback; null: a still, or not saved",
    }),
  ),
  frameExact: Type.Boolean({
    description: "false: not the frame that was named, or taken from the recording; see notice",
  }),
  frameDistance: Nullable(
    Type.Integer({
      description: "how many frames after the named one (before: negative); null: exact, or another epoch",
    }),
  ),
  beginsBeforeMs: Nullable(
    Type.Integer({ description: "how long before its press a clip begins; null: a still, or not known" }),
  ),
  lostFrames: Nullable(Type.Integer({ description: "frames of the source missing in a clip; null: not counted" })),
  rescuedMissingMs: Nullable(
    Type.Integer({
      description: "rescued after the box stopped: at most so much after its last picture is missing, ms",
    }),
  ),
  derivedFrom: Nullable(Type.String({ description: "the clip it was made from after the recording" })),
  derivation: Nullable(
    Type.Union(
      [
        Type.Object({ kind: Type.Literal("cut"), firstFrame: Type.Integer(), lastFrame: Type.Integer() }),
        Type.Object({ kind: Type.Literal("frame"), frame: Type.Integer() }),
      ],
      { description: "what of that clip; frames count from 0, both ends belong to it" },
    ),
  ),
  markers: Type.Array(
    Type.Object({
      id: Id,
      label: Type.String(),
      at: Instant,
      offsetMs: Nullable(
        Type.Integer({ description: "when it plays in the clip; null while that is still being recorded" }),
      ),
    }),
    { description: "moments of a clip, in their order, that somebody marked while it was recorded" },
  ),
  notice: Nullable(Type.String({ description: "what is different from what was asked: gap, rescued, other frame" })),
  pressedAt: Instant,
  savedAt: Nullable(Instant),
  sizeBytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String()),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  frames: Nullable(Type.Integer()),
  durationMs: Nullable(Type.Integer()),
  sopInstanceUid: Nullable(Type.String()),
  fileRemovedAt: Nullable(
    Type.Integer({ description: "when its files were removed from this box; the archive has proven that it keeps it" }),
  ),
});
export type Capture = Static<typeof Capture>;

export const PressStill = Type.Object(
  { procedureId: Type.Optional(Id), source: Type.Optional(Id), frame: Type.Optional(FrameId) },
  { additionalProperties: false },
);
export type PressStill = Static<typeof PressStill>;

export const PressClip = Type.Object(
  {
    ...PressStill.properties,
    lookBackS: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 120,
        description: "the clip begins so many seconds before the press, as far as the source remembers; see notice",
      }),
    ),
  },
  { additionalProperties: false },
);

export const KeepLast = Type.Object(
  {
    ...PressStill.properties,
    seconds: Type.Optional(Type.Number({ minimum: 1, maximum: 120, default: 30 })),
  },
  { additionalProperties: false },
);

export const StopClip = Type.Object(
  { frame: Type.Optional(FrameId) },
  { additionalProperties: false, description: "frame: the last one that belongs to the clip; absent: the newest" },
);

export const DeleteCapture = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);

export const SetMarker = Type.Object(
  {
    frame: Type.Optional(FrameId),
    label: Type.Optional(Type.String({ maxLength: 80, description: "a word for it" })),
  },
  { additionalProperties: false },
);

export const CutClip = Type.Object(
  {
    fromMs: Type.Integer({ minimum: 0, description: "playing time; it begins at the key frame at or before this" }),
    toMs: Type.Integer({ minimum: 1, description: "it ends at the key frame at or after this, or with the clip" }),
  },
  { additionalProperties: false },
);

export type CutClip = Static<typeof CutClip>;

export const StillOfClip = Type.Union([
  Type.Object({ atMs: Type.Integer({ minimum: 0, description: "playing time" }) }, { additionalProperties: false }),
  Type.Object({ frame: Type.Integer({ minimum: 0, description: "from 0" }) }, { additionalProperties: false }),
]);
