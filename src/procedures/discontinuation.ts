import type { Code } from "../dicom/identity.ts";

/**
 * Why a procedure ended before it was done: Modality PPS Discontinuation Reason, PS3.16 CID 9301, those of a room like
 * this. Not among them 110514: pictures of a wrong pick get the right patient, they are never sent under the wrong one.
 */
export const discontinuationReasons = [
  reason("110500", "Doctor canceled procedure"),
  reason("110501", "Equipment failure"),
  reason("110502", "Incorrect procedure ordered"),
  reason("110504", "Patient died"),
  reason("110505", "Patient refused to continue procedure"),
  reason("110506", "Patient taken for treatment or surgery"),
  reason("110507", "Patient did not arrive"),
  reason("110509", "Change of procedure for correct charging"),
  reason("110510", "Duplicate order"),
  reason("110511", "Nursing unit cancel"),
  reason("110512", "Incorrect side ordered"),
  reason("110513", "Discontinued for unspecified reason"),
  reason("110515", "Patient condition prevented continuing"),
  reason("110516", "Equipment change"),
] as const;

/** The image manager ignores what was done under a step that ends with it (IHE RAD TF-2 4.7). */
export const wrongEntrySelected: Code = reason("110514", "Incorrect worklist entry selected");

export function discontinuationReason(codeValue: string): Code | undefined {
  return discontinuationReasons.find((one) => one.codeValue === codeValue);
}

function reason(codeValue: string, codeMeaning: string): Code {
  return { codeValue, codingSchemeDesignator: "DCM", codeMeaning };
}
