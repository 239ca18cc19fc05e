import type { Patient, WorklistEntry } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { type Side, sideOfStep } from "../lib/side.ts";

/** What the entry is for, in the hospital's words. */
export function procedureOf(entry: WorklistEntry): string {
  return (
    entry.scheduledProcedureStepDescription || entry.requestedProcedureDescription || t("patient.procedureUnknown")
  );
}

/** By the box's own rule, which is also what the instances say. */
export function sideOf(entry: WorklistEntry): Side | null {
  return sideOfStep(entry.scheduledProcedureStepDescription, entry.requestedProcedureDescription);
}

/** By scheduled day and time; entries without a time last, as the box sent them. */
export function byTime(entries: readonly WorklistEntry[]): WorklistEntry[] {
  const key = ({ startDate, startTime }: WorklistEntry) => `${startDate || "~"} ${startTime || "~"}`;
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

export const samePatient = (a: Patient, b: Patient): boolean =>
  a.patientId !== "" && a.patientId === b.patientId && (a.issuerOfPatientId ?? "") === (b.issuerOfPatientId ?? "");

/** Why this patient could be taken for another on the list: a name alike weighs more than a birth date. */
export function alikeBy({ lookAlikes }: Pick<WorklistEntry, "lookAlikes">): "name" | "birth" | null {
  if (lookAlikes.length === 0) return null;
  return lookAlikes.some(({ because }) => because.includes("name")) ? "name" : "birth";
}
