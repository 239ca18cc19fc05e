import type { Transfer } from "../outbox/outbox.ts";
import type { Capture } from "./procedure.ts";

/** How far a capture has got, the worst node deciding: what the screen says of it. */
export type CaptureProgress = "recording" | "saved" | "sending" | "sent" | "held" | "cancelled" | "failed" | "deleted";

/** `transfers`: the state of its Instance's delivery at each storage node; empty before release. */
export function progressOf(
  capture: Pick<Capture, "state" | "composeFailure">,
  transfers: readonly Transfer[],
): CaptureProgress {
  if (capture.state !== "saved") return capture.state;
  if (capture.composeFailure !== null || transfers.includes("held")) return "held";
  if (transfers.includes("sending")) return "sending";
  if (transfers.length === 0 || transfers.includes("pending")) return "saved";
  return transfers.includes("stored") ? "sent" : "cancelled";
}
