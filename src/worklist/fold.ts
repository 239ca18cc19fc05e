/** Letters that Unicode does not take apart into a base letter and a mark. */
const single: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  æ: "ae",
  œ: "oe",
  ı: "i",
};

/**
 * A name for comparing: without case, accents, width or the difference of katakana and hiragana; `^`, `=` and other
 * marks between the parts become one space. Voicing marks stay: か and が are different sounds.
 */
export function foldName(text: string): string {
  const hiragana = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x60));
  return hiragana
    .normalize("NFD")
    .replace(/(?![\u3099\u309a])\p{M}/gu, "")
    .normalize("NFC")
    .replace(/[ßøłđðþæœı]/g, (letter) => single[letter] ?? letter)
    .replace(/[^\p{L}\p{N}\u30fc]+/gu, " ")
    .trim();
}

/**
 * A name as it can be searched for: folded, and where it differs with German umlauts written out and taken back, so
 * that Müller and Mueller find each other.
 */
export function searchableName(patientName: string): string {
  const folded = foldName(patientName);
  const composed = patientName.normalize("NFC").toLowerCase();
  const writtenOut = foldName(composed.replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue"));
  const takenBack = folded.replace(/([aou])e/g, "$1");
  return [...new Set([folded, writtenOut, takenBack])].join(" ");
}

/** The folded family names of a PN value, one for each component group it has (PS3.5 6.2.1). */
export function foldedFamilyNames(patientName: string): readonly string[] {
  const families = patientName.split("=").map((group) => foldName(group.split("^")[0] ?? ""));
  return [...new Set(families)].filter((family) => family !== "");
}
