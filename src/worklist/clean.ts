import { isUid } from "../dicom/dicom.ts";

/** What was odd about one attribute of an answer. Names the attribute, never its value. */
export interface Oddity {
  readonly attribute: string;
  readonly what: "missing" | "invalid" | "too-long" | "repeated" | "garbled";
}

export type Report = (oddity: Oddity) => void;

/** One line of text without control characters or spaces around it; a lone `*` (an echoed wildcard) is no value. */
export function cleanText(raw: string): string {
  const text = raw
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\x00-\x1f\x7f]+/g, " ")
    .trim();
  return text === "*" ? "" : text;
}

const lengthOf = (text: string): number => [...text].length;

/** Text for people: one that is too long is cut. */
export function cutText(raw: string, limit: number, attribute: string, report: Report): string {
  const text = cleanText(raw);
  if (lengthOf(text) <= limit) return text;
  report({ attribute, what: "too-long" });
  return [...text].slice(0, limit).join("").trimEnd();
}

/** An identifier of the request: one that is too long is left out, because a cut one would name something else. */
export function identifier(raw: string, limit: number, attribute: string, report: Report): string {
  const text = cleanText(raw);
  if (lengthOf(text) <= limit) return text;
  report({ attribute, what: "too-long" });
  return "";
}

/** What a decoder leaves of bytes that are not of the character set the peer names: U+FFFD, or C1 control characters. */
export function isGarbled(text: string): boolean {
  return /[\ufffd\u0080-\u009f]/.test(text);
}

/** PN: at most three component groups of 64 characters (PS3.5 6.2); empty groups and components at the end go. */
export function cleanName(raw: string, attribute: string, report: Report): string {
  const groups = cleanText(raw).split("=");
  if (groups.length > 3) report({ attribute, what: "invalid" });
  // What a decoder writes for bytes that its character set does not have: the peer names the wrong one.
  if (isGarbled(raw)) report({ attribute, what: "garbled" });
  const cut = groups.slice(0, 3).map((group) => cutText(group, 64, attribute, report).replace(/[\s^]+$/, ""));
  return cut.join("=").replace(/=+$/, "");
}

/** DA `YYYYMMDD` of a day that exists; the old `YYYY.MM.DD` and the wrong `YYYY-MM-DD` are understood; else "". */
export function cleanDate(raw: string, attribute: string, report: Report): string {
  const text = cleanText(raw);
  if (text === "") return "";
  const match = /^(\d{4})([.-]?)(\d{2})\2(\d{2})$/.exec(text);
  const [year, month, day] = [Number(match?.[1]), Number(match?.[3]), Number(match?.[4])];
  const at = new Date(Date.UTC(year, month - 1, day));
  if (match !== null && at.getUTCMonth() === month - 1 && at.getUTCDate() === day) return text.replace(/[.-]/g, "");
  report({ attribute, what: "invalid" });
  return "";
}

/** TM as `HHMM` or `HHMMSS`; colons and fractions go; `HH` becomes `HH00`; anything else becomes "". */
export function cleanTime(raw: string, attribute: string, report: Report): string {
  const text = cleanText(raw);
  if (text === "") return "";
  const match = /^([01]\d|2[0-3])(?::?([0-5]\d)(?::?([0-5]\d|60)(?:[.,]\d*)?)?)?$/.exec(text);
  if (match !== null) return `${match[1]}${match[2] ?? "00"}${match[3] ?? ""}`;
  report({ attribute, what: "invalid" });
  return "";
}

/** A valid UID (PS3.5 9.1), else "". */
export function cleanUid(raw: string, attribute: string, report: Report): string {
  const text = cleanText(raw);
  if (text === "" || isUid(text)) return text;
  report({ attribute, what: "invalid" });
  return "";
}

/** M, F or O; anything else is unknown (PS3.3 C.7.1.1). */
export function cleanSex(raw: string, report: Report): "M" | "F" | "O" | undefined {
  const text = cleanText(raw).toUpperCase();
  if (text === "M" || text === "F" || text === "O") return text;
  if (text !== "") report({ attribute: "PatientSex", what: "invalid" });
  return undefined;
}

/** CS: capital letters, digits, space and underscore, at most 16 (PS3.5 6.2), else "". */
export function cleanCode(raw: string, attribute: string, report: Report): string {
  const text = cleanText(raw).toUpperCase();
  if (/^[A-Z0-9_ ]{0,16}$/.test(text)) return text;
  report({ attribute, what: "invalid" });
  return "";
}
