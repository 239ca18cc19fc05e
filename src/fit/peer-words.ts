import { storeAnswer } from "../dicom/dicom.ts";
import { DicomWebError } from "../dicomweb/dicomweb.ts";
import { DimseError } from "../dimse/dimse.ts";
import type { StoreSeen } from "./seen.ts";

export const hex = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;

/** What a status of C-STORE, or a reason of STOW-RS, says about one instance. */
export function seenOfStatus(status: number, comment: string | undefined): StoreSeen {
  const words = comment === undefined ? hex(status) : `${hex(status)}, ${comment}`;
  const answer = storeAnswer(status);
  switch (answer) {
    case "accepted":
      return { kind: "stored", warning: null };
    case "accepted-with-warning":
      return { kind: "stored", warning: `stored with a warning (${words})` };
    case "busy":
      return { kind: "refused", words: `out of resources (${words})` };
    case "failed-processing":
      return { kind: "refused", words: `could not process it (${words})` };
    case "refused":
      return { kind: "refused", words: `refused (${words})` };
    case "misconfigured":
      return { kind: "refused", words: `not supported or not allowed (${words})` };
    case "duplicate":
      return { kind: "refused", words: `says that it has it already (${words})` };
    default:
      return answer satisfies never;
  }
}

/**
 * Whether an error is about the connection and so not about what was sent. What is not an error of these rooms is a
 * defect of this box, and thrown on.
 */
export function wordsOf(error: unknown): string {
  if (error instanceof DimseError || error instanceof DicomWebError) return error.message;
  throw error;
}
