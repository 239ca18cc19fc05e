import { type DataSet, isItems, textOf, type Value } from "./data-set.ts";
import { type DictionaryEntry, entryOf } from "./dictionary.ts";
import { wellFormedUid } from "./uid.ts";
import { isDate, isTime, lengthOf, problemOf, type Violation } from "./validate.ts";

/** Half an identifier names somebody else: these are emptied where descriptions and names are shortened. */
const identifiers = new Set([
  "PatientID",
  "IssuerOfPatientID",
  "AccessionNumber",
  "StudyID",
  "AdmissionID",
  "RequestedProcedureID",
  "ScheduledProcedureStepID",
  "PerformedProcedureStepID",
  "CodeValue",
  "CodingSchemeDesignator",
]);

export interface Fitted {
  readonly dataSet: DataSet;
  /** What was changed, for the person at the screen and the audit; keywords and reasons, never values. */
  readonly repairs: readonly Violation[];
}

interface Context {
  readonly repairs: Violation[];
  /** `keyword: full text` for each text that did not fit. */
  readonly kept: string[];
}

/**
 * Makes text that others sent fit its VR, so that a bad worklist never costs a picture:
 * - LO, SH, ST, LT, PN: control characters become spaces, `\` becomes `/`, what is too long is shortened;
 * - identifiers that are too long are emptied, never shortened: half an identifier names somebody else;
 * - DA and TM lose separators (`1964-03-01`); CS becomes upper case; what still is ill-formed is emptied;
 * - an ill-formed UID becomes `wellFormedUid` of it, the same for every instance.
 * The full text goes to Image Comments (0020,4000), as `Keyword: text`, up to its 10 240 characters.
 * Inside items what is emptied is left out. Numbers and bytes are ours and not touched: `validateDataSet` judges them.
 */
export function fitDataSet(dataSet: DataSet): Fitted {
  const context: Context = { repairs: [], kept: [] };
  const fitted = fitItem(dataSet, "", context);
  if (context.kept.length === 0) return { dataSet: fitted, repairs: context.repairs };
  const comments = [textOf(fitted, "ImageComments"), ...context.kept].filter((line) => line !== "").join("\n");
  return { dataSet: { ...fitted, ImageComments: shortened(comments, 10_240) }, repairs: context.repairs };
}

function fitItem(dataSet: DataSet, path: string, context: Context): DataSet {
  const fitted: Record<string, Value> = {};
  for (const [keyword, value] of Object.entries(dataSet)) {
    const entry = entryOf(keyword);
    if (value === undefined) continue;
    const place = `${path}${keyword}`;
    if (isItems(value)) fitted[keyword] = value.map((item) => fitItem(item, `${place}.`, context));
    else if (entry === undefined || value instanceof Uint8Array || value === null) fitted[keyword] = value;
    else {
      const one = fitValue(entry, value, place, context);
      if (one !== "" || value === "" || path === "") fitted[keyword] = one;
    }
  }
  return fitted;
}

function fitValue(entry: DictionaryEntry, value: Value, place: string, context: Context): Value {
  if (Array.isArray(value)) {
    const all: readonly unknown[] = value.slice(0, entry.maxValues);
    if (all.some((one) => typeof one !== "string")) return value;
    if (all.length < value.length) keep(place, value.join("\\"), "has too many values: the first were kept", context);
    return all.map((one) => fitText(entry, String(one), place, context));
  }
  return typeof value === "string" ? fitText(entry, value, place, context) : value;
}

function fitText(entry: DictionaryEntry, text: string, place: string, context: Context): string {
  const fitted = fittedText(entry, text);
  if (fitted === text) return text;
  const loss = fitted === "" ? "was emptied" : entry.vr === "UI" ? "was replaced" : "was changed";
  keep(place, text, `${problemOf(text, entry.vr) ?? "holds a backslash"}: ${loss}`, context);
  return fitted;
}

function keep(place: string, text: string, message: string, context: Context): void {
  context.repairs.push({ keyword: place, message });
  context.kept.push(`${place}: ${clean(text, true)}`);
}

function fittedText(entry: DictionaryEntry, text: string): string {
  if (text === "") return "";
  switch (entry.vr) {
    case "UI":
      return wellFormedUid(text);
    case "PN":
      return fitPersonName(text);
    case "SH":
      return fitWords(entry.keyword, text, 16);
    case "LO":
      return fitWords(entry.keyword, text, 64);
    case "ST":
      return shortened(clean(text, true), 1024);
    case "LT":
      return shortened(clean(text, true), 10_240);
    case "UC":
      return clean(text, false);
    case "UT":
      return clean(text, true);
    case "DA":
      return firstThat(isDate, [text, text.trim(), text.replace(/[^\d]/g, "")]);
    case "TM":
      return firstThat(isTime, [text, text.trim(), text.replaceAll(":", "").trim()]);
    default: {
      const upper = entry.vr === "CS" ? text.trim().toUpperCase() : text.trim();
      return firstThat((one) => problemOf(one, entry.vr) === undefined && !one.includes("\\"), [text, upper]);
    }
  }
}

function firstThat(isRight: (text: string) => boolean, texts: readonly string[]): string {
  return texts.find(isRight) ?? "";
}

function fitWords(keyword: string, text: string, limit: number): string {
  const words = clean(text, false);
  return lengthOf(words) > limit && identifiers.has(keyword) ? "" : shortened(words, limit);
}

/** At most three groups of at most five components and 64 characters (PS3.5 6.2.1). */
function fitPersonName(text: string): string {
  const groups = clean(text, false).split("=").slice(0, 3);
  const fitted = groups.map((group) => {
    const [family = "", given = "", middle = "", prefix = "", ...suffix] = group.split("^");
    const five = suffix.length > 1 ? [family, given, middle, prefix, suffix.join(" ")].join("^") : group;
    return shortened(five, 64);
  });
  return fitted.join("=");
}

function clean(text: string, running: boolean): string {
  const whole = text.toWellFormed();
  if (running) return whole.replace(/[^\P{Cc}\t\n\f\r]/gu, " ");
  return whole.replace(/\p{Cc}/gu, " ").replaceAll("\\", "/");
}

function shortened(text: string, limit: number): string {
  return lengthOf(text) <= limit ? text : Array.from(text).slice(0, limit).join("").trimEnd();
}
