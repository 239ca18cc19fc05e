import { isUid, transferSyntaxes } from "../dicom/dicom.ts";
import { DimseError } from "./dimse-error.ts";

export function requireUid(text: string, what: string): void {
  if (!isUid(text)) throw new DimseError("invalid-request", `${what} is not a valid UID.`);
}

/** PS3.5 6.2, AE: 1 to 16 printable ASCII characters without backslash, not only spaces. */
function isAeTitle(text: string): boolean {
  return /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text) && text.trim() !== "";
}

export function requireAeTitle(text: string, what: string): void {
  if (!isAeTitle(text)) {
    throw new DimseError("invalid-request", `${what} must be 1 to 16 plain characters: correct it in the settings.`);
  }
}

export const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, "0");

export const verificationSopClass = "1.2.840.10008.1.1";
export const { implicitLittleEndian, explicitLittleEndian } = transferSyntaxes;
export const applicationContextName = "1.2.840.10008.3.1.1.1";
