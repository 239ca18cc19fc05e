import type { Delivery } from "../../src/api/schemas.ts";
import { titleOf } from "../captures/progress.ts";
import { words } from "../words.ts";

/** How far one delivery is, for people. Green is for what is proven, and only a promise of the node is the whole of it. */
export interface DeliveryState {
  readonly word: string;
  readonly look: "waiting" | "sending" | "sent" | "told" | "caution" | "safe" | "found" | "off";
}

type Fields = Pick<Delivery, "kind" | "transfer" | "commitment" | "verifiedBy" | "importance" | "attempts">;

/** Kept in case its first place cannot be reached: nothing has been needed of it. */
export const standsBy = ({ importance, transfer, attempts }: Pick<Delivery, "importance" | "transfer" | "attempts">) =>
  importance === "standby" && attempts === 0 && (transfer === "pending" || transfer === "cancelled");

/** What a delivery is about: a capture, part of one, or the news that the procedure began or ended. */
export function subjectOf(
  delivery: Pick<Delivery, "kind" | "captureKind" | "captureNumber" | "part" | "parts">,
): string {
  const { kind, captureKind, captureNumber, part, parts } = delivery;
  if (kind === "mpps-create") return words.outbox.begun;
  if (kind === "mpps-set") return words.outbox.ended;
  const title =
    captureKind === null || captureNumber === null
      ? words.outbox.capture
      : titleOf({ kind: captureKind, number: captureNumber });
  return parts > 1 ? `${title}, ${words.outbox.part(part, parts)}` : title;
}

export function deliveryStateOf(delivery: Fields): DeliveryState {
  const { kind, transfer } = delivery;
  const step = words.outbox.step;
  switch (transfer) {
    case "pending":
      return standsBy(delivery)
        ? { word: words.outbox.standby, look: "off" }
        : { word: words.outbox.transfer.pending, look: "waiting" };
    case "sending":
      return { word: kind === "instance" ? words.outbox.transfer.sending : step.sending, look: "sending" };
    case "held":
      return { word: words.outbox.transfer.held, look: "caution" };
    case "cancelled":
      if (standsBy(delivery)) return { word: words.outbox.notNeeded, look: "off" };
      return { word: kind === "instance" ? words.outbox.transfer.cancelled : step.cancelled, look: "off" };
    case "replaced":
      return { word: words.outbox.transfer.replaced, look: "off" };
    case "stored":
      return kind === "instance" ? proofOf(delivery) : { word: step.stored, look: "told" };
    default:
      return transfer satisfies never;
  }
}

function proofOf({ commitment, verifiedBy }: Fields): DeliveryState {
  switch (commitment) {
    case "not-required":
    case "owed":
    case "requested":
      return { word: words.progress.sent, look: "sent" };
    case "committed":
      return verifiedBy === "query"
        ? { word: words.safeByQuery, look: "found" }
        : { word: words.progress.safe, look: "safe" };
    case "failed":
      return { word: words.outbox.notKept, look: "caution" };
    default:
      return commitment satisfies never;
  }
}

/** The sentence beside the state: the cause and the cure, or what comes next. Empty where the state says it all. */
export function causeOf(delivery: Delivery): string {
  const { kind, transfer, reason, commitment, commitmentReason } = delivery;
  const outbox = words.outbox;
  if (transfer === "pending") return standsBy(delivery) ? outbox.standbyMeans : (reason ?? outbox.noCause);
  if (transfer !== "stored") return reason ?? "";
  if (kind !== "instance") return "";
  switch (commitment) {
    case "not-required":
      return outbox.noProof;
    case "owed":
      return commitmentReason ?? outbox.proofOwed;
    case "requested":
      return commitmentReason ?? outbox.proofAsked;
    case "committed":
      return delivery.verifiedBy === "query" ? outbox.foundMeans : "";
    case "failed":
      return commitmentReason ?? outbox.notKeptMeans;
    default:
      return commitment satisfies never;
  }
}

export type Step = "retry" | "hold" | "cancel" | "send-as";

/** What a person may ask of a delivery now, the most likely first. */
export function stepsOf(delivery: Pick<Delivery, "transfer" | "commitment" | "otherEncoding">): readonly Step[] {
  const { transfer, commitment, otherEncoding } = delivery;
  switch (transfer) {
    case "pending":
      return ["retry", "hold", "cancel"];
    case "held":
      return otherEncoding === null ? ["retry", "cancel"] : ["send-as", "retry", "cancel"];
    case "cancelled":
      return ["retry"];
    case "stored":
      return commitment === "failed" ? ["retry"] : [];
    case "sending":
    case "replaced":
      return [];
    default:
      return transfer satisfies never;
  }
}
