import iconv from "iconv-lite";
import { DicomError } from "./error.ts";
import { decodeIso2022 } from "./iso-2022.ts";

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
 * The bytes of a text in a character set; `""` or `ISO_IR 6` is ASCII.
 * Throws `unencodable-text` for text the set cannot hold (never `?`), `unsupported` for a set we do not write.
 */
export function encodeText(text: string, characterSet: string): Buffer {
  if (isAscii(text)) return Buffer.from(text, "latin1");
  const term = definedTerm(characterSet);
  if (term === "") throw unencodable(characterSet);
  const codec = codecs.get(term);
  if (codec === undefined) {
    throw new DicomError("unsupported", `Text cannot be written in the character set ${characterSet}; use ISO_IR 192.`);
  }
  const bytes = iconv.encode(text, codec);
  if (iconv.decode(bytes, codec, { stripBOM: false }) !== text) throw unencodable(characterSet);
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
