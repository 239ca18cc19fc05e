/** Sources, what is wrong with their picture, and the devices of this box. */
import { type Static, Type } from "typebox";
import { Id, Instant, literals, Nullable } from "./parts.ts";

const SourceFinding = Type.Object({
  id: literals([
    "no-signal",
    "black",
    "frozen",
    "wrong-mode",
    "interlaced",
    "letterbox",
    "clipped-range",
    "wrong-aspect",
    "dropped",
    "rate",
    "overload",
  ] as const),
  level: literals(["notice", "caution"] as const),
  message: Type.String({ description: "what is wrong and the cure" }),
  since: Instant,
});

export const SourceState = Type.Object({
  id: Id,
  index: Type.Integer({ description: "the u16 in the preview header" }),
  profileId: Type.String(),
  name: Type.String({ description: "manufacturer and model" }),
  state: literals(["starting", "live", "no-signal", "restarting", "refused"] as const),
  message: Nullable(Type.String({ description: "what is wrong and what to do; null while live" })),
  epoch: Type.Integer(),
  lastFrameAt: Nullable(Instant),
  width: Type.Integer(),
  height: Type.Integer(),
  fps: Type.Number(),
  recordingCaptureId: Nullable(Type.String()),
  resumingCaptureId: Nullable(
    Type.String({
      description: "the clip that goes on in a next one once the picture is back; stopping it ends that",
    }),
  ),
  restarts: Type.Integer(),
  findings: Type.Array(SourceFinding, { description: "what is wrong with the picture that comes" }),
  measured: Nullable(
    Type.Object(
      {
        width: Type.Integer(),
        height: Type.Integer(),
        fps: Nullable(Type.Number()),
        interlaced: Type.Boolean(),
      },
      { description: "what arrives, by the input's own words and time stamps" },
    ),
  ),
  lostFrames: Type.Integer({ description: "frames that the source lost since the service began" }),
  preview: Type.Object({
    fps: Type.Number({ description: "frames a second that are shown" }),
    reduced: Nullable(Type.String({ description: "why fewer are shown than come; null: all are" })),
  }),
  limits: Nullable(Type.String({ description: "what is less than asked for want of memory or flow, and the cure" })),
  stillsFrom: literals(["every-frame", "every-nth", "recording"] as const),
  lookBackS: Type.Object(
    { stills: Type.Number(), clips: Type.Number() },
    { description: "how far one can look back, in seconds, for a still and for the begin of a clip" },
  ),
  encoder: Type.Object(
    {
      id: Type.String(),
      because: Nullable(Type.String({ description: "why it is not the one preferred; null: it is" })),
    },
    { description: "what makes the clips" },
  ),
  passThrough: Nullable(
    Type.Object(
      {
        copied: Type.Boolean({ description: "clips are the encoder's own stream" }),
        because: Nullable(Type.String({ description: "why not and what to set; null: they are, or not known yet" })),
      },
      { description: "of a network encoder whose H.264 is kept as it comes where that is legal; null: any other" },
    ),
  ),
  untested: Type.Array(Type.String(), { description: "ways its picture takes that no test ever ran" }),
  assumed: Type.Array(Type.String(), { description: "figures of its profile that nobody has verified" }),
});
export type SourceState = Static<typeof SourceState>;

export const VideoDevice = Type.Object({
  device: Type.String({ description: "may be another one after the next plug" }),
  name: Type.String(),
  ids: Type.Array(Type.String(), { description: "for input.device: the first is the best that is unique now" }),
  links: Type.Array(Type.String(), { description: "names that udev made for it" }),
  formats: Type.Array(
    Type.Object({
      code: Type.String(),
      isCompressed: Type.Boolean(),
      sizes: Type.Array(
        Type.Object({
          width: Type.Integer(),
          height: Type.Integer(),
          rates: Type.Array(Type.Number(), { description: "frames a second; empty: not told" }),
        }),
      ),
    }),
  ),
  problem: Nullable(Type.String({ description: "why formats or rates are not known; null: they are" })),
});

/** The last pictures of a source, held. */
export const LookBack = Type.Object({
  holdId: Id,
  epoch: Type.Integer(),
  seqs: Type.Array(Type.Integer(), { description: "the frames that can be seen and kept, oldest first" }),
  exactFromSeq: Nullable(Type.Integer({ description: "those before it are taken from the recording; null: all are" })),
  expiresAt: Instant,
});
export type LookBack = Static<typeof LookBack>;
