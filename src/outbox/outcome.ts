import { storeAnswer } from "../dicom/dicom.ts";

/** What one attempt to send an Instance ended in. */
export type Outcome =
  | { readonly kind: "stored"; readonly warning?: string }
  /** Try again: after this delivery's own back-off; `limit` failures in a row at most, then a person decides. */
  | { readonly kind: "retry"; readonly reason: string; readonly limit: number | null }
  | { readonly kind: "held"; readonly reason: string }
  /** This SOP class or transfer syntax is not taken: the next rung of the ladder, or a person. */
  | { readonly kind: "other-encoding"; readonly reason: string }
  /** It says that it has it already, or took it without saying so for this Instance: look whether that is so. */
  | { readonly kind: "look-up"; readonly says: "has it already" | "took it unconfirmed" };

export type Settled = Extract<Outcome, { kind: "stored" | "retry" | "held" }>;

const hex = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;

/** How often an archive may fail to process an instance before a person has to look; less where the node says so. */
export const processingFailures = 5;

const sopClassNotSupported = 0x0122;

/**
 * An Instance keeps its SOP Instance UID for life, so sending it twice is harmless and a lost answer is one more
 * retry. Only a refusal of the object itself needs a person, and so many failed answers that no more will help.
 * PS3.4 B.2.3, PS3.7 Annex C; the same numbers are DICOMweb's failure reasons (PS3.18 Table I.2-2).
 */
export function outcomeOfStore(status: number, heldAfterAttempts: number): Outcome {
  const answer = storeAnswer(status);
  switch (answer) {
    case "accepted":
      return { kind: "stored" };
    case "accepted-with-warning":
      return { kind: "stored", warning: warningWords(status) };
    case "busy":
      return {
        kind: "retry",
        reason: `The archive is out of resources (${hex(status)}). Sending again later.`,
        limit: heldAfterAttempts,
      };
    case "failed-processing":
      return {
        kind: "retry",
        reason: `The archive could not process it (${hex(status)}). Trying again.`,
        limit: Math.min(processingFailures, heldAfterAttempts),
      };
    case "refused":
      return {
        kind: "held",
        reason: `The archive refused this instance (${hex(status)}). Ask its administrator why, then press Retry.`,
      };
    case "misconfigured": {
      const reason = `The archive does not take this kind of image from this box (${hex(status)}). Its administrator has to allow it, then press Retry.`;
      return { kind: status === sopClassNotSupported ? "other-encoding" : "held", reason };
    }
    case "duplicate":
      return { kind: "look-up", says: "has it already" };
    default:
      return answer satisfies never;
  }
}

function warningWords(status: number): string {
  if (status === 0xb000) return "The archive changed identifiers on storing (0xB000). Check the patient there.";
  if (status === 0xb006) return "The archive left elements out on storing (0xB006).";
  if (status === 0xb007) return "The archive says the data set does not match its SOP class (0xB007), but stored it.";
  return `Stored with a warning (${hex(status)}).`;
}
