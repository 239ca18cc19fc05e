import type { Capture, Delivery } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";

export type Progress = Capture["progress"];

/** What a capture is called on the screen. */
export function titleOf(capture: Pick<Capture, "kind" | "number">): string {
  return capture.kind === "still"
    ? t("captures.still", { number: capture.number })
    : t("captures.clip", { number: capture.number });
}

/** The words of the step a capture has reached; what was only found by query is never said to be as safe as a promise. */
export function wordOf(progress: Progress, isFound = false): string {
  return progress === "safe" && isFound ? t("progress.safeByQuery") : t(`progress.${progress}`);
}

/** Steps that need a person, in colour; the others stay grey. Green is kept for "safe". */
export function toneOf(progress: Progress): "plain" | "caution" | "failure" | "off" | "safe" {
  switch (progress) {
    case "held":
    case "not-saved-yet":
      return "caution";
    case "failed":
      return "failure";
    case "deleted":
    case "cancelled":
      return "off";
    case "safe":
      return "safe";
    case "recording":
    case "rescuing":
    case "saved":
    case "sending":
    case "sent":
      return "plain";
    default:
      return progress satisfies never;
  }
}

/** What the deliveries of a procedure say about its captures beyond how far they are. */
export interface DeliveryNotes {
  /** Why a capture is held: the first reason any node gives. */
  readonly reasons: ReadonlyMap<string, string>;
  /** What "safe" rests on, the weakest node deciding. */
  readonly proofs: ReadonlyMap<string, "commitment" | "query">;
  /** So many deliveries that not all were looked at. */
  readonly isCut: boolean;
}

export function deliveryNotes(deliveries: readonly Delivery[], isCut: boolean): DeliveryNotes {
  const reasons = new Map<string, string>();
  const proofs = new Map<string, "commitment" | "query">();
  for (const { captureId, transfer, reason, commitment, commitmentReason, verifiedBy } of deliveries) {
    if (captureId === null) continue;
    const why = transfer === "held" ? reason : commitment === "failed" ? commitmentReason : null;
    if (why && !reasons.has(captureId)) reasons.set(captureId, why);
    if (transfer !== "stored" || commitment !== "committed" || verifiedBy === null) continue;
    if (proofs.get(captureId) !== "query") proofs.set(captureId, verifiedBy);
  }
  return { reasons, proofs, isCut };
}

/** How far a capture is, as it may be said: "safe" not before it is known what it rests on. */
export function standingOf(
  { id, progress }: Pick<Capture, "id" | "progress">,
  { proofs, isCut }: DeliveryNotes,
): { readonly progress: Progress; readonly isFound: boolean } {
  if (progress !== "safe") return { progress, isFound: false };
  const proof = proofs.get(id);
  if (proof === undefined && !isCut) return { progress: "sent", isFound: false };
  return { progress, isFound: proof === "query" };
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
