export const triggers = {
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
    by: "{{device}}, {{key}}.",
    byLong: "{{device}}, {{key}}, held for a second.",
    pressed_one: "Pressed {{count}} time since the box was started.",
    pressed_other: "Pressed {{count}} times since the box was started.",
    missing: "Not connected.",
    forget: "Forget",
    notDone: "PEDAL: NOT DONE",
    ended: "RECORDING ENDED",
  },
} as const;
