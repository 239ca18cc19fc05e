/**
 * One attribute's value. Text VRs, IS and DS are strings (IS and DS may be given as numbers), several values are an
 * array; AT is `"ggggeeee"`; US, UL, SS, SL, FL, FD are numbers; SQ is an array of items; OB, OW and UN are bytes.
 * `""` and `null` are "present and empty" (type 2); for SQ that is `[]`.
 */
export type Value = string | number | readonly string[] | readonly number[] | readonly DataSet[] | Uint8Array | null;

/** Attributes by DICOM keyword (`PatientName`); one that is not in our dictionary by its tag, `"ggggeeee"`. */
export interface DataSet {
  readonly [keyword: string]: Value | undefined;
}

/** The first value of an attribute as text; `""` when absent, empty or not text. */
export function textOf(dataSet: DataSet, keyword: string): string {
  const value = dataSet[keyword];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : typeof first === "number" ? String(first) : "";
}

/** Every value of an attribute as text; `[]` when absent or empty. */
export function textsOf(dataSet: DataSet, keyword: string): readonly string[] {
  const value = dataSet[keyword];
  const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return all.flatMap((one) =>
    typeof one === "string" && one !== "" ? [one] : typeof one === "number" ? [`${one}`] : [],
  );
}

/** The first value of an attribute as a number (IS and DS are read too); undefined when absent, empty or no number. */
export function numberOf(dataSet: DataSet, keyword: string): number | undefined {
  const text = textOf(dataSet, keyword).trim();
  const number = Number(text);
  return text !== "" && Number.isFinite(number) ? number : undefined;
}

/** The items of a sequence; `[]` when absent, empty or not a sequence. */
export function itemsOf(dataSet: DataSet, keyword: string): readonly DataSet[] {
  const value = dataSet[keyword];
  return isItems(value) ? value : [];
}

export function isItems(value: Value | undefined): value is readonly DataSet[] {
  return Array.isArray(value) && value.every((one: unknown) => typeof one === "object" && one !== null);
}
