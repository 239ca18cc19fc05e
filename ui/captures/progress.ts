import type { Capture, Delivery } from "../../src/api/schemas.ts";
import { words } from "../words.ts";

export type Progress = Capture["progress"];

/** What a capture is called on the screen. */
export function titleOf(capture: Pick<Capture, "kind" | "number">): string {
  return capture.kind === "still" ? words.still(capture.number) : words.clip(capture.number);
}

/** The words of the step a capture has reached. */
export function wordOf(progress: Progress): string {
  return words.progress[progress];
}

/** Steps that need a person, in colour; the others stay grey. Green is kept for "safe". */
export function toneOf(progress: Progress): "plain" | "caution" | "failure" | "off" | "safe" {
  switch (progress) {
    case "held":
      return "caution";
    case "failed":
      return "failure";
    case "deleted":
    case "cancelled":
      return "off";
    case "safe":
      return "safe";
    case "recording":
    case "saved":
    case "sending":
    case "sent":
      return "plain";
    default:
      return progress satisfies never;
  }
}

/** Why captures are held, by capture: the first reason any node gives. */
export function heldReasons(deliveries: readonly Delivery[]): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { captureId, transfer, reason } of deliveries) {
    if (captureId !== null && transfer === "held" && reason && !reasons.has(captureId)) reasons.set(captureId, reason);
  }
  return reasons;
}

/** What a procedure holds that somebody may want: neither deleted nor failed. */
export function countsOf(captures: readonly Pick<Capture, "kind" | "state">[]): {
  readonly stills: number;
  readonly clips: number;
  readonly all: number;
} {
  const kept = captures.filter(({ state }) => state === "saved" || state === "recording");
  const stills = kept.filter(({ kind }) => kind === "still").length;
  return { stills, clips: kept.length - stills, all: kept.length };
}
