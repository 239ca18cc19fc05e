/** Pedals, buttons, scanners and GPIO lines. */
import { type Static, Type } from "typebox";
import { Id, Instant, literals, Nullable } from "./parts.ts";

export const LearnTrigger = Type.Object(
  {
    action: Type.Enum(["still", "clip", "keep-last", "marker"], {
      description: "clip begins a recording, or ends the one that runs; keep-last keeps the last 30 seconds",
    }),
    sourceId: Type.Optional(Id),
  },
  { additionalProperties: false },
);

export const Trigger = Type.Object({
  id: Id,
  device: Type.String({ description: "the same wherever it is plugged in" }),
  deviceName: Type.String(),
  key: Type.String({ description: "its key or button, for people" }),
  press: Type.Enum(["short", "long"], { description: "long: held for a second" }),
  action: literals(["still", "clip", "keep-last", "marker"] as const),
  sourceId: Nullable(Type.String({ description: "null: the first source" })),
  learnedAt: Instant,
  isConnected: Type.Boolean(),
  presses: Type.Integer({ description: "since the box was started" }),
  lastPressedAt: Nullable(Instant),
});
export type Trigger = Static<typeof Trigger>;

export const TriggerState = Type.Object({
  enabled: Type.Boolean(),
  isLearning: Type.Boolean(),
  triggers: Type.Array(Trigger),
  devices: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
    description: "pedals, buttons, keyboards and scanners that are listened to",
  }),
  problems: Type.Array(Type.String()),
});
export type TriggerState = Static<typeof TriggerState>;
