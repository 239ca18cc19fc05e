import type { WorklistEntry } from "../../src/api/schemas.ts";
import { type Side, sideInText } from "../lib/side.ts";
import { words } from "../words.ts";

/** What the entry is for, in the hospital's words. */
export function procedureOf(entry: WorklistEntry): string {
  return (
    entry.scheduledProcedureStepDescription || entry.requestedProcedureDescription || words.patient.procedureUnknown
  );
}

export function sideOf(entry: WorklistEntry): Side | null {
  return sideInText(entry.scheduledProcedureStepDescription) ?? sideInText(entry.requestedProcedureDescription);
}

/** By scheduled day and time; entries without a time last, as the box sent them. */
export function byTime(entries: readonly WorklistEntry[]): WorklistEntry[] {
  const key = ({ startDate, startTime }: WorklistEntry) => `${startDate || "~"} ${startTime || "~"}`;
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
