/** A person's name as the screen shows it. */
export interface ShownName {
  /** The large one; empty when the name is unknown. */
  readonly main: string;
  /** Other groups, small, under it: phonetic first, then alphabetic. */
  readonly also: readonly string[];
}

const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** One component group `Family^Given^Middle^Prefix^Suffix` (PS3.5 6.2.1) as `FAMILY, Given Middle (Prefix)`. */
function showGroup(group: string): string {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group.split("^").map((part) => part.trim());
  if (IDEOGRAPHIC.test(group)) return [family, given, middle].filter(Boolean).join(" ");
  const rest = [given, middle].filter(Boolean).join(" ");
  const name = [family.toUpperCase(), rest].filter(Boolean).join(", ");
  const title = [prefix, suffix].filter(Boolean).join(", ");
  return title && name ? `${name} (${title})` : name;
}

/** `Yamada^Tarou=山田^太郎=やまだ^たろう`: the ideographic group large where there is one, else the alphabetic. */
export function showName(patientName: string): ShownName {
  const [alphabetic = "", ideographic = "", phonetic = ""] = patientName.split("=").map(showGroup);
  const ordered = [ideographic, alphabetic, phonetic].filter(Boolean);
  const main = ordered[0] ?? "";
  const also = [phonetic, alphabetic].filter((name) => name && name !== main);
  return { main, also };
}

/** Only the large form, for buttons and lists of one line. */
export function nameInLine(patientName: string): string {
  return showName(patientName).main;
}
