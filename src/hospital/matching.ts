/** A data set with DICOM keywords: values are text, sequences are lists of data sets. */
export interface Elements {
  readonly [keyword: string]: string | readonly Elements[];
}

const dates = new Set([
  "PatientBirthDate",
  "ScheduledProcedureStepStartDate",
  "StudyDate",
  "SeriesDate",
  "ContentDate",
]);
const times = new Set(["ScheduledProcedureStepStartTime", "StudyTime", "SeriesTime", "ContentTime"]);
const names = new Set(["PatientName", "ReferringPhysicianName", "ScheduledPerformingPhysicianName"]);
const uids = new Set(["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"]);
/** Says what is asked and is no key. */
const notKeys = new Set(["SpecificCharacterSet", "QueryRetrieveLevel"]);

/** Whether an item answers a query: every key that the item knows has to match (PS3.4 C.2.2.2, K.4.1.1.2). */
export function matches(keys: Elements, item: Elements): boolean {
  return Object.entries(keys).every(([keyword, key]) => {
    const value = item[keyword];
    // A key that this provider does not know is no reason to hide an item (PS3.4 C.2.2.1.2).
    if (value === undefined || notKeys.has(keyword)) return true;
    if (typeof key !== "string") return matchesSequence(key, value);
    return typeof value === "string" && matchesText(keyword, key, value);
  });
}

/** An empty sequence, or one with an empty item, matches all; else one item has to match (PS3.4 C.2.2.2.6). */
function matchesSequence(key: readonly Elements[], value: string | readonly Elements[]): boolean {
  const wanted = key[0];
  if (!wanted || typeof value === "string") return true;
  if (value.length === 0) return matches(wanted, {});
  return value.some((item) => matches(wanted, item));
}

function matchesText(keyword: string, key: string, value: string): boolean {
  if (key === "" || key === "*") return true;
  if (dates.has(keyword)) return inRange(key, value, "", "");
  if (times.has(keyword)) return inRange(key, value, "000000", "235959");
  if (uids.has(keyword)) return key.split("\\").includes(value);
  if (names.has(keyword)) return matchesName(key, value);
  return wildcardMatches(key, value);
}

/** `a`, `a-b`, `a-` or `-b` (PS3.4 C.2.2.2.5); a shorter time stands for all of its minute or hour. */
function inRange(key: string, value: string, lowest: string, highest: string): boolean {
  if (value === "") return false;
  if (!key.includes("-")) return value.startsWith(key);
  const [from = "", to = ""] = key.split("-");
  const fill = (text: string, by: string): string => text + by.slice(text.length);
  const at = fill(value, lowest);
  return (from === "" || at >= fill(from, lowest)) && (to === "" || at <= fill(to, highest));
}

/** A name matches as a whole or in one of its component groups; upper and lower case are one (PS3.4 C.2.2.2.1). */
function matchesName(key: string, value: string): boolean {
  const pattern = key.replace(/\^+$/, "");
  return [value, ...value.split("=")].some((name) => wildcardMatches(pattern, name.replace(/\^+$/, "")));
}

/**
 * `*` is any text, also none; `?` is one character (PS3.4 C.2.2.2.4), upper and lower case are one. On a mismatch the
 * last star takes one more character: no pattern makes this slow, as a regular expression with many stars would be.
 */
function wildcardMatches(patternText: string, text: string): boolean {
  const pattern = [...patternText.normalize("NFC").toLowerCase()];
  const value = [...text.normalize("NFC").toLowerCase()];
  let inPattern = 0;
  let star = -1;
  let taken = 0;
  for (let at = 0; at < value.length; ) {
    const wanted = pattern[inPattern];
    if (wanted === "*") {
      star = inPattern++;
      taken = at;
    } else if (wanted === "?" || wanted === value[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      taken += 1;
      at = taken;
    } else {
      return false;
    }
  }
  return pattern.slice(inPattern).every((rest) => rest === "*");
}

/** The answer to a query: the keys that were asked for, each with the item's value or empty (PS3.4 C.2.2.1.3). */
export function answerOf(keys: Elements, item: Elements): Elements {
  const answer: Record<string, string | readonly Elements[]> = {};
  for (const [keyword, key] of Object.entries(keys)) {
    const value = item[keyword];
    const wanted = typeof key === "string" ? undefined : key[0];
    if (value === undefined) answer[keyword] = typeof key === "string" ? "" : [];
    else if (typeof value === "string" || !wanted) answer[keyword] = value;
    else answer[keyword] = value.map((entry) => (Object.keys(wanted).length ? answerOf(wanted, entry) : entry));
  }
  return answer;
}
