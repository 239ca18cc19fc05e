/** Pedals, buttons and scanners. */
import { count } from "./amounts.ts";

export const triggersWords = {
  triggers: {
    title: "Pedals and buttons",
    empty: "None is learned yet.",
    learn: "Learn a pedal or button that does:",
    action: { still: "Image", clip: "Record / stop", "keep-last": "Keep the last 30 s", marker: "Marker" },
    pressNow: (action: string) => `Press it now, shortly or for a second: ${action}`,
    cancel: "Cancel",
    by: (device: string, key: string, isLong: boolean) => `${device}, ${key}${isLong ? ", held for a second" : ""}.`,
    pressed: (n: number) => `Pressed ${count(n, "time", "times")} since the box was started.`,
    missing: "Not connected.",
    forget: "Forget",
    notDone: "PEDAL: NOT DONE",
    ended: "RECORDING ENDED",
  },
} as const;
