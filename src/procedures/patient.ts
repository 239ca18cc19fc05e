import type { PatientIdentity } from "../dicom/identity.ts";
import { ProcedureError } from "./errors.ts";

/** LO, 64 characters (PS3.5 6.2): half an identifier would name somebody else. */
const maxIdCharacters = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: just these must not get into a name.
const unwritable = /[\\\u0000-\u001f\u007f-\u009f]/;
/** What a decoder leaves of bytes it could not read: an ID that holds one is not the ID that was meant. */
const unread = "\ufffd";

/**
 * Whether an identity is enough to send pictures under, exactly as it is: composing would have to change what DICOM
 * cannot hold, and half an identifier is another patient's.
 */
export function isSendable(patient: PatientIdentity): boolean {
  const id = patient.patientId.trim();
  if (unwritable.test(patient.patientName) || unwritable.test(patient.issuerOfPatientId ?? "")) return false;
  return id !== "" && [...id].length <= maxIdCharacters && !unwritable.test(id) && !id.includes(unread);
}

/** An identity typed by a person, trimmed. Throws "bad-request" for what DICOM could not hold as it was typed. */
export function typedPatient(typed: PatientIdentity): PatientIdentity {
  const patient = { ...typed, patientName: typed.patientName.trim(), patientId: typed.patientId.trim() };
  if (patient.patientName === "" || patient.patientId === "") {
    throw new ProcedureError("bad-request", "Enter both the patient's name and the patient ID.");
  }
  for (const text of [patient.patientName, patient.patientId, patient.issuerOfPatientId ?? ""]) {
    if (unwritable.test(text))
      throw new ProcedureError("bad-request", "Names and IDs cannot hold a backslash or control characters.");
  }
  if (!isSendable(patient)) throw new ProcedureError("bad-request", "The patient ID is longer than 64 characters.");
  if (patient.patientBirthDate !== undefined && !isDay(patient.patientBirthDate)) {
    throw new ProcedureError("bad-request", "There is no such day as this birth date.");
  }
  return patient;
}

/** DA, `YYYYMMDD`, of a day that exists. */
function isDay(date: string): boolean {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].map(Number);
  const found = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day));
  return found.getUTCMonth() + 1 === month && found.getUTCDate() === day;
}
