import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "Pedals and buttons",
    empty: "None is learned yet.",
    learn: "Learn a pedal or button that does:",
    action: {
      still: "Image",
      clip: "Record / stop",
      "keep-last": "Keep the last 30 s",
      marker: "Marker",
    },
    pressNow: "Press it now, shortly or for a second: {{action}}",
    cancel: "Cancel",
    by: "{{device}}, {{key}}.",
    byLong: "{{device}}, {{key}}, held for a second.",
    pressed_one: "Pressed {{count}} time since the box was started.",
    pressed_other: "Pressed {{count}} times since the box was started.",
    missing: "Not connected.",
    forget: "Forget",
    notDone: "PEDAL: NOT DONE",
    ended: "RECORDING ENDED",
  },
};
