import { writeSync } from "node:fs";

/** What the guest must say, in this order: before the power cut, after it, and at a boot of its own for other formats. */
export const steps = {
  first: [
    ...(["card", "live", "still", "pedal", "clip", "unplugged", "plugged-in", "other-mode", "socket"] as const),
    ...(["home-mode", "recording"] as const),
  ],
  second: ["started-again", "rescued", "lists", "live-again", "clean"],
  formats: ["nv12", "mjpeg"],
} as const;
export type Phase = keyof typeof steps;

/** Tells the host, by the second serial port that is our standard output. */
export function say(step: string, facts: Readonly<Record<string, unknown>> = {}): void {
  writeSync(1, `@@${JSON.stringify({ step, ...facts })}\n`);
}
