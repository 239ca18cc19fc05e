import { type DataSet, isItems, type Value } from "./data-set.ts";
import { type DictionaryEntry, entryOf } from "./dictionary.ts";
import { fits } from "./encode.ts";
import { isUid } from "./uid.ts";
import { type Vr, vrs } from "./vr.ts";

export interface Violation {
  /** With its sequences: `RequestAttributesSequence.ScheduledProcedureStepID`. */
  readonly keyword: string;
  /** What the attribute breaks; never its value. */
  readonly message: string;
}

/**
 * Everything in a data set that its VR and VM do not allow (PS3.5 6.2, 6.4), items included; `[]` is valid.
 * For what is written: query keys with wild cards, ranges and lists of UIDs are another matter.
 */
export function validateDataSet(dataSet: DataSet): readonly Violation[] {
  return Object.entries(dataSet).flatMap(([keyword, value]) =>
    value === undefined ? [] : violationsOf(keyword, value),
  );
}

function violationsOf(keyword: string, value: Value): readonly Violation[] {
  const entry = entryOf(keyword);
  if (entry === undefined) {
    const kept = /^[0-9A-F]{8}$/.test(keyword) && (value instanceof Uint8Array || isItems(value));
    return kept ? [] : [{ keyword, message: "is no keyword of our dictionary" }];
  }
  if (isItems(value) && (entry.vr === "SQ" || value.length > 0)) {
    if (entry.vr !== "SQ") return [{ keyword, message: `takes ${entry.vr}, not items` }];
    return value.flatMap((item) =>
      validateDataSet(item).map((inner) => ({ ...inner, keyword: `${keyword}.${inner.keyword}` })),
    );
  }
  const messages = new Set(messagesOf(entry, value));
  return Array.from(messages, (message) => ({ keyword, message }));
}

function messagesOf(entry: DictionaryEntry, value: Value): readonly string[] {
  const rule = vrs[entry.vr];
  if (value === null || value === "") return [];
  if (rule.kind === "bytes") return value instanceof Uint8Array ? [] : ["takes bytes"];
  if (rule.kind === "sequence") return ["takes items"];
  if (value instanceof Uint8Array) return [`takes ${entry.vr}, not bytes`];
  const values = valuesOf(value, rule.multi === true);
  if (values.length < entry.minValues && values.length > 0) return [`has too few values (at least ${entry.minValues})`];
  if (values.length > entry.maxValues) return [`has too many values (at most ${entry.maxValues})`];
  return values.flatMap((one) => problemOf(one, entry.vr) ?? []);
}

/** A backslash inside a text is a separator once it is written, so it counts as one here. */
function valuesOf(value: Value, split: boolean): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return split ? all.flatMap((one) => (typeof one === "string" ? one.split("\\") : [one])) : all;
}

/** What one value breaks, or undefined. */
export function problemOf(value: unknown, vr: Vr): string | undefined {
  const { kind } = vrs[vr];
  if (kind === "number")
    return typeof value === "number" && fits(value, vr) ? undefined : `is no number that ${vr} can hold`;
  if (kind === "tag") return typeof value === "string" && /^[0-9A-Fa-f]{8}$/.test(value) ? undefined : "is no tag";
  if (typeof value === "number" && (vr === "IS" || vr === "DS")) return textProblem(String(value), vr);
  if (typeof value !== "string") return `takes text, not ${typeof value}`;
  return value === "" ? undefined : textProblem(value, vr);
}

const maxCharacters: Partial<Record<Vr, number>> = {
  AE: 16,
  CS: 16,
  DS: 16,
  IS: 12,
  LO: 64,
  LT: 10240,
  SH: 16,
  ST: 1024,
};

const forms: Partial<Record<Vr, RegExp>> = {
  AE: /^[\x20-\x5b\x5d-\x7e]*[\x21-\x5b\x5d-\x7e][\x20-\x5b\x5d-\x7e]*$/,
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9_ ]*$/,
  DS: /^ *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *$/,
  DT: /^\d{4}(\d\d(\d\d(\d\d(\d\d(\d\d(\.\d{1,6})?)?)?)?)?)?([+-]\d{4})?$/,
  IS: /^ *[+-]?\d+ *$/,
  UR: /^[\x21-\x7e]+$/,
};

function textProblem(text: string, vr: Vr): string | undefined {
  const limit = maxCharacters[vr];
  if (limit !== undefined && lengthOf(text) > limit) return `is longer than ${vr} allows (${limit} characters)`;
  if (forms[vr]?.test(text) === false) return `is not written as ${vr} must be`;
  switch (vr) {
    case "DA":
      return isDate(text) ? undefined : "is no date YYYYMMDD";
    case "TM":
      return isTime(text) ? undefined : "is no time HHMMSS.FFFFFF";
    case "DT":
      return isDateTime(text) ? undefined : "is no date and time";
    case "IS":
      return Math.abs(Number(text)) <= 0x7fffffff ? undefined : "is beyond 32 bits";
    case "UI":
      return isUid(text) ? undefined : "is no UID";
    case "PN":
      return personNameProblem(text) ?? graphicProblem(text, false);
    case "LO":
    case "SH":
    case "UC":
      return graphicProblem(text, false);
    case "LT":
    case "ST":
    case "UT":
      return graphicProblem(text, true);
    default:
      return undefined;
  }
}

/** In characters, not bytes or UTF-16 units (PS3.5 6.2). */
export function lengthOf(text: string): number {
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}

export function isDate(text: string): boolean {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12 || day < 1)
    return false;
  const at = new Date(0);
  at.setUTCFullYear(year, month, 0);
  return day <= at.getUTCDate();
}

/** A second of 60 is a leap second (PS3.5 Table 6.2-1). */
export function isTime(text: string): boolean {
  return /^([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?$/.test(text);
}

function isDateTime(text: string): boolean {
  const stamp = text.replace(/[+-]\d{4}$/, "");
  const date = `${stamp.slice(0, 8)}${"0101".slice(Math.max(stamp.slice(0, 8).length - 4, 0))}`;
  return isDate(date) && (stamp.length <= 8 || isTime(stamp.slice(8)));
}

function personNameProblem(text: string): string | undefined {
  const groups = text.split("=");
  if (groups.length > 3) return "has more than three component groups";
  if (groups.some((group) => group.split("^").length > 5)) return "has more than five components";
  if (groups.some((group) => lengthOf(group) > 64)) return "has a component group of more than 64 characters";
  return undefined;
}

/** Control characters: only TAB, LF, FF and CR, and those only in running text (PS3.5 6.1.3). */
function graphicProblem(text: string, running: boolean): string | undefined {
  if (!text.isWellFormed()) return "holds half a character";
  const controls = running ? /[^\P{Cc}\t\n\f\r]/u : /\p{Cc}/u;
  return controls.test(text) ? "holds control characters" : undefined;
}
