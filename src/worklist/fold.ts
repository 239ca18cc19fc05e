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

/** What a search text may stand for: as folded, and with German umlauts written out or taken back (Müller, Mueller). */
export function searchForms(text: string): readonly string[] {
  const folded = foldName(text);
  const writtenOut = foldName(text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue"));
  const takenBack = folded.replace(/([aou])e/g, "$1");
  return [...new Set([folded, writtenOut, takenBack])].filter((form) => form !== "");
}

/** The folded family names of a PN value, one for each component group it has (PS3.5 6.2.1). */
export function foldedFamilyNames(patientName: string): readonly string[] {
  const families = patientName.split("=").map((group) => foldName(group.split("^")[0] ?? ""));
  return [...new Set(families)].filter((family) => family !== "");
}
