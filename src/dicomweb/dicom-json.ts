import { strip } from "../lib/strip.ts";

/** Attributes by tag, as the DICOM JSON Model has them (PS3.18 F.2); checked where they are read, since a peer wrote them. */
export type JsonDataSet = Readonly<Record<string, unknown>>;

export function isJsonDataSet(value: unknown): value is JsonDataSet {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a sequence; `[]` when absent, empty or not a sequence. */
export function itemsAt(dataSet: JsonDataSet, tag: string): readonly JsonDataSet[] {
  return valuesAt(dataSet, tag).filter(isJsonDataSet);
}

/** The first value as text without padding; `""` when absent or not text. */
export function textAt(dataSet: JsonDataSet, tag: string): string {
  const first = valuesAt(dataSet, tag)[0];
  return typeof first === "string" ? strip(first, " \0", "end") : "";
}

/** The first value as a number; null when absent or no number. XML, and some servers' JSON, have it as text. */
export function numberAt(dataSet: JsonDataSet, tag: string): number | null {
  const first = valuesAt(dataSet, tag)[0];
  const number = typeof first === "string" && first.trim() !== "" ? Number(first) : first;
  return typeof number === "number" && Number.isInteger(number) ? number : null;
}

function valuesAt(dataSet: JsonDataSet, tag: string): readonly unknown[] {
  const attribute = dataSet[tag];
  const value = isJsonDataSet(attribute) ? attribute.Value : undefined;
  return Array.isArray(value) ? value : [];
}
