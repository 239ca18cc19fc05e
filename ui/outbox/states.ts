import type { Delivery } from "../../src/api/schemas.ts";
import { titleOf } from "../captures/progress.ts";
import { t } from "../i18n/i18n.ts";

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
  if (kind === "mpps-create") return t("outbox.begun");
  if (kind === "mpps-set") return t("outbox.ended");
  const title =
    captureKind === null || captureNumber === null
      ? t("outbox.capture")
      : titleOf({ kind: captureKind, number: captureNumber });
  return parts > 1 ? t("outbox.part", { what: title, at: part, all: parts }) : title;
}

export function deliveryStateOf(delivery: Fields): DeliveryState {
  const { kind, transfer } = delivery;
  switch (transfer) {
    case "pending":
      return standsBy(delivery)
        ? { word: t("outbox.standby"), look: "off" }
        : { word: t("outbox.pending"), look: "waiting" };
    case "sending":
      return { word: kind === "instance" ? t("outbox.sending") : t("outbox.telling"), look: "sending" };
    case "held":
      return { word: t("outbox.held"), look: "caution" };
    case "cancelled":
      if (standsBy(delivery)) return { word: t("outbox.notNeeded"), look: "off" };
      return { word: kind === "instance" ? t("outbox.cancelled") : t("outbox.notTold"), look: "off" };
    case "replaced":
      return { word: t("outbox.replaced"), look: "off" };
    case "stored":
      return kind === "instance" ? proofOf(delivery) : { word: t("outbox.told"), look: "told" };
    default:
      return transfer satisfies never;
  }
}

function proofOf({ commitment, verifiedBy }: Fields): DeliveryState {
  switch (commitment) {
    case "not-required":
    case "owed":
    case "requested":
      return { word: t("progress.sent"), look: "sent" };
    case "committed":
      return verifiedBy === "query"
        ? { word: t("progress.safeByQuery"), look: "found" }
        : { word: t("progress.safe"), look: "safe" };
    case "failed":
      return { word: t("outbox.notKept"), look: "caution" };
    default:
      return commitment satisfies never;
  }
}

/** The sentence beside the state: the cause and the cure, or what comes next. Empty where the state says it all. */
export function causeOf(delivery: Delivery): string {
  const { kind, transfer, reason, commitment, commitmentReason } = delivery;
  if (transfer === "pending") return standsBy(delivery) ? t("outbox.standbyMeans") : (reason ?? t("outbox.noCause"));
  if (transfer !== "stored") return reason ?? "";
  if (kind !== "instance") return "";
  switch (commitment) {
    case "not-required":
      return t("outbox.noProof");
    case "owed":
      return commitmentReason ?? t("outbox.proofOwed");
    case "requested":
      return commitmentReason ?? t("outbox.proofAsked");
    case "committed":
      return delivery.verifiedBy === "query" ? t("outbox.foundMeans") : "";
    case "failed":
      return commitmentReason ?? t("outbox.notKeptMeans");
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
