import iconv from "iconv-lite";
import { DicomError } from "./error.ts";
import { decodeIso2022 } from "./iso-2022.ts";
import { encodeIso2022 } from "./iso-2022-encode.ts";

/** Defined terms without code extensions (PS3.3 Tables C.12-2, C.12-5) and the codec for their bytes. */
const codecs = new Map([
  ["ISO_IR 100", "iso-8859-1"],
  ["ISO_IR 101", "iso-8859-2"],
  ["ISO_IR 109", "iso-8859-3"],
  ["ISO_IR 110", "iso-8859-4"],
  ["ISO_IR 144", "iso-8859-5"],
  ["ISO_IR 127", "iso-8859-6"],
  ["ISO_IR 126", "iso-8859-7"],
  ["ISO_IR 138", "iso-8859-8"],
  ["ISO_IR 148", "iso-8859-9"],
  ["ISO_IR 203", "iso-8859-15"],
  ["ISO_IR 166", "tis620"],
  ["ISO_IR 192", "utf8"],
  ["GB18030", "gb18030"],
  ["GBK", "gbk"],
]);

/** Turns the bytes of one attribute into text; `delimiters` are the characters that structure it: `\\^=` in PN. */
export type TextDecode = (bytes: Uint8Array, delimiters: string) => string;

/**
 * The decoder for the values of Specific Character Set (0008,0005), PS3.3 C.12.1.1.2. Nothing declared (or a term
 * nobody knows): real worklists send UTF-8 or Latin-1 all the same, so it is UTF-8 where the bytes are valid UTF-8.
 */
export function textDecoder(declared: readonly string[]): TextDecode {
  const terms = declared.map(definedTerm);
  const [first = ""] = terms;
  if (terms.length > 1 && !standalone.has(first)) return (bytes, stops) => decodeIso2022(bytes, terms, stops);
  if (first.startsWith("ISO 2022") || first === "ISO_IR 13") {
    return (bytes, stops) => decodeIso2022(bytes, [first], stops);
  }
  const codec = codecs.get(first);
  if (codec !== undefined) return (bytes) => iconv.decode(bytes, codec, { stripBOM: false });
  return decodeUndeclared;
}

const standalone = new Set(["ISO_IR 192", "GB18030", "GBK"]);
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUndeclared(bytes: Uint8Array, delimiters: string): string {
  if (bytes.includes(0x1b)) return decodeIso2022(bytes, [""], delimiters);
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  }
}

/** `ISO-IR 100`, `iso_ir_100` and `ISO_IR100` have all been seen for `ISO_IR 100`; `UTF-8` for `ISO_IR 192`. */
function definedTerm(value: string): string {
  const text = value.trim().toUpperCase();
  const single = /^ISO[ _-]?IR[ _-]?(\d+)$/.exec(text);
  if (single) return single[1] === "6" ? "" : `ISO_IR ${single[1]}`;
  const extended = /^ISO[ _-]?2022[ _-](?:IR[ _-]?)?(\d+)$/.exec(text);
  if (extended) return `ISO 2022 IR ${extended[1]}`;
  if (text === "UTF-8" || text === "UTF8") return "ISO_IR 192";
  if (text === "ISO 2022 GBK") return "GBK";
  return text;
}

/**
 * The character sets that text can be written in for a destination, as a node's setting names them (PS3.3 C.12.1.1.2). A
 * set of several bytes stands behind the default repertoire: `ISO 2022 IR 87` is written `\\ISO 2022 IR 87`.
 */
export const characterSets = [
  "ISO_IR 192",
  "ISO_IR 6",
  "ISO_IR 100",
  "ISO_IR 101",
  "ISO_IR 109",
  "ISO_IR 110",
  "ISO_IR 144",
  "ISO_IR 127",
  "ISO_IR 126",
  "ISO_IR 138",
  "ISO_IR 148",
  "ISO_IR 166",
  "ISO_IR 13",
  "ISO 2022 IR 87",
  "ISO 2022 IR 13\\ISO 2022 IR 87",
  "ISO 2022 IR 87\\ISO 2022 IR 159",
  "ISO 2022 IR 149",
  "ISO 2022 IR 58",
  "GB18030",
  "GBK",
] as const;

export type CharacterSetName = (typeof characterSets)[number];

/** The values of (0008,0005) for a character set; `[]`: the attribute is left out, which means the default repertoire. */
export function declarationOf(characterSet: string): readonly string[] {
  const terms = characterSet.split("\\").map(definedTerm);
  const needsDefault = /^ISO 2022 IR (87|159|149|58)$/.test(terms[0] ?? "");
  const declared = needsDefault ? ["", ...terms] : terms;
  return declared.every((term) => term === "") ? [] : declared;
}

/**
 * The bytes of a text in a character set, or in several (`\\` between them, as (0008,0005) is written); `""` or `ISO_IR 6`
 * is ASCII. `delimiters` are the characters that structure the text: `\\^=` in PN, `\\` where there may be several values.
 * Throws `unencodable-text` for text the set cannot hold (never `?`), `unsupported` for a set we do not write.
 */
export function encodeText(text: string, characterSet: string, delimiters = ""): Buffer {
  const terms = declarationOf(characterSet);
  const [first = ""] = terms;
  // JIS X 0201 differs from ASCII, and an escape would switch sets: there not even ASCII is safe.
  const isSafe = !first.endsWith(" 13") && !(terms.length > 1 && text.includes("\x1b"));
  if (isSafe && isAscii(text)) return Buffer.from(text, "latin1");
  if (terms.length === 0) throw unencodable(characterSet);
  if (terms.length > 1 || first.startsWith("ISO 2022") || first === "ISO_IR 13") {
    const bytes = encodeIso2022(text, terms, delimiters);
    if (bytes === undefined || decodeIso2022(bytes, terms, delimiters) !== text) throw unencodable(characterSet);
    return bytes;
  }
  const codec = codecs.get(first);
  if (codec === undefined) {
    throw new DicomError("unsupported", `Text cannot be written in the character set ${characterSet}; use ISO_IR 192.`);
  }
  const bytes = iconv.encode(text, codec);
  // Windows writes the euro sign as 80 in GBK, which GBK itself does not have.
  const isForeign = first === "GBK" && text.includes("€");
  if (isForeign || iconv.decode(bytes, codec, { stripBOM: false }) !== text) throw unencodable(characterSet);
  return bytes;
}

export function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are ASCII too
  return /^[\x00-\x7f]*$/.test(text);
}

function unencodable(characterSet: string): DicomError {
  const set = characterSet === "" ? "ASCII" : characterSet;
  return new DicomError("unencodable-text", `The character set ${set} cannot hold this text; use ISO_IR 192 (UTF-8).`);
}
