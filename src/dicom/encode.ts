import { encodeText, isAscii } from "./character-set.ts";
import { type DataSet, isItems, type Value } from "./data-set.ts";
import { type DictionaryEntry, entryOf } from "./dictionary.ts";
import { DicomError } from "./error.ts";
import { type Vr, vrs } from "./vr.ts";

export type VrEncoding = "implicit" | "explicit";

export interface EncodeOptions {
  readonly transferSyntax: VrEncoding;
  /** Used instead of the data set's own (0008,0005), and not written into it. */
  readonly characterSet?: string;
}

/**
 * A data set in little endian, sorted by tag, without group lengths, PS3.5 7.1. Text is written in the set that
 * (0008,0005) names; without one in UTF-8, and then (0008,0005) is added where the text needs it.
 * Throws DicomError: unknown-keyword, wrong-value, unencodable-text, too-large.
 */
export function encodeDataSet(dataSet: DataSet, options: EncodeOptions): Buffer {
  const declared = declaredIn(dataSet);
  const characterSet = options.characterSet ?? declared ?? "ISO_IR 192";
  const explicit = options.transferSyntax === "explicit";
  const context = { explicit, characterSet };
  const undeclared = options.characterSet === undefined && declared === undefined;
  if (undeclared && hasBeyondAscii(dataSet)) {
    return encodeItem({ ...dataSet, SpecificCharacterSet: characterSet }, context);
  }
  return encodeItem(dataSet, context);
}

/** A command set: implicit VR with its group length, PS3.7 6.3.1. CommandGroupLength in the input is ignored. */
export function encodeCommandSet(command: DataSet): Buffer {
  const { CommandGroupLength: _, ...rest } = command;
  const body = encodeDataSet(rest, { transferSyntax: "implicit", characterSet: "ISO_IR 6" });
  return Buffer.concat([encodeDataSet({ CommandGroupLength: body.length }, { transferSyntax: "implicit" }), body]);
}

interface Context {
  readonly explicit: boolean;
  readonly characterSet: string;
}

/** The values of (0008,0005) as they are written; undefined where there are none. */
function declaredIn({ SpecificCharacterSet: declared }: DataSet): string | undefined {
  const values: readonly unknown[] = Array.isArray(declared) ? declared : [declared];
  const text = values.map((one) => (typeof one === "string" ? one : "")).join("\\");
  return text === "" ? undefined : text;
}

function hasBeyondAscii(value: Value | undefined | DataSet): boolean {
  if (typeof value === "string") return !isAscii(value);
  if (Array.isArray(value)) return value.some((one: Value | DataSet) => hasBeyondAscii(one));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return Object.values(value).some(hasBeyondAscii);
}

function encodeItem(dataSet: DataSet, context: Context): Buffer {
  const elements: { readonly entry: DictionaryEntry; readonly value: Value }[] = [];
  for (const [keyword, value] of Object.entries(dataSet)) {
    if (value !== undefined) elements.push({ entry: entryFor(keyword, value), value });
  }
  elements.sort((a, b) => (a.entry.tag < b.entry.tag ? -1 : 1));
  return Buffer.concat(elements.flatMap(({ entry, value }) => encodeElement(entry, value, context)));
}

function entryFor(keyword: string, value: Value): DictionaryEntry {
  const known = entryOf(keyword);
  if (known !== undefined) return known;
  if (/^[0-9A-F]{8}$/.test(keyword)) {
    const vr = isItems(value) ? "SQ" : "UN";
    return { keyword, tag: keyword, vr, minValues: 1, maxValues: Number.POSITIVE_INFINITY };
  }
  throw new DicomError("unknown-keyword", `${keyword} is not in the dictionary of this program.`);
}

function encodeElement(entry: DictionaryEntry, value: Value, context: Context): readonly Buffer[] {
  const body = encodeValue(entry, value, context);
  return [elementHeader(entry.tag, entry.vr, body.length, context.explicit, entry.keyword), body];
}

/** The tag, VR and length in front of a value, PS3.5 7.1.2 and 7.1.3; `lengthBytes` 0xFFFFFFFF is "undefined". */
export function elementHeader(tag: string, vr: Vr, lengthBytes: number, explicit: boolean, keyword = tag): Buffer {
  const long = explicit && vrs[vr].long;
  if (lengthBytes > (explicit && !long ? 0xffff : 0xffffffff)) {
    throw new DicomError("too-large", `${keyword} is longer than its VR can say (${lengthBytes} bytes).`);
  }
  const header = Buffer.alloc(long ? 12 : 8);
  writeTag(header, tag, 0);
  if (!explicit) header.writeUInt32LE(lengthBytes, 4);
  else {
    header.write(vr, 4, "latin1");
    if (long) header.writeUInt32LE(lengthBytes, 8);
    else header.writeUInt16LE(lengthBytes, 6);
  }
  return header;
}

function writeTag(into: Buffer, tag: string, at: number): void {
  into.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), at);
  into.writeUInt16LE(Number.parseInt(tag.slice(4), 16), at + 2);
}

function encodeValue(entry: DictionaryEntry, value: Value, context: Context): Buffer {
  if (value === null || value === "") return Buffer.alloc(0);
  const { kind } = vrs[entry.vr];
  switch (kind) {
    case "text":
      return padded(encodeString(entry, value, context), vrs[entry.vr].pad);
    case "number":
      return encodeNumbers(entry, value);
    case "tag":
      return encodeTags(entry, value);
    case "bytes":
      if (value instanceof Uint8Array) return padded(Buffer.from(value), 0);
      throw wrongValue(entry, "bytes");
    case "sequence":
      return encodeSequence(entry, value, context);
    default:
      return kind satisfies never;
  }
}

function encodeString(entry: DictionaryEntry, value: Value, context: Context): Buffer {
  if (value instanceof Uint8Array || isNonEmptyItems(value)) throw wrongValue(entry, "text");
  const text = Array.isArray(value) ? value.join("\\") : String(value);
  try {
    const delimiters = entry.vr === "PN" ? "\\^=" : vrs[entry.vr].multi === true ? "\\" : "";
    return encodeText(text, vrs[entry.vr].charset === true ? context.characterSet : "", delimiters);
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    throw new DicomError(error.code, `${entry.keyword}: ${error.message}`, { cause: error });
  }
}

const isNonEmptyItems = (value: Value): boolean => isItems(value) && value.length > 0;

function encodeNumbers(entry: DictionaryEntry, value: Value): Buffer {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const size = vrs[entry.vr].size ?? 2;
  const bytes = Buffer.alloc(size * all.length);
  for (const [index, one] of all.entries()) {
    if (typeof one !== "number" || !fits(one, entry.vr)) throw wrongValue(entry, `numbers of VR ${entry.vr}`);
    writeNumber(bytes, one, index * size, entry.vr);
  }
  return bytes;
}

const ranges: Partial<Record<Vr, readonly [number, number]>> = {
  US: [0, 0xffff],
  UL: [0, 0xffffffff],
  SS: [-0x8000, 0x7fff],
  SL: [-0x80000000, 0x7fffffff],
};

/** Whether a number can be held by a numeric VR. */
export function fits(value: number, vr: Vr): boolean {
  const range = ranges[vr];
  return range === undefined ? !Number.isNaN(value) : Number.isInteger(value) && value >= range[0] && value <= range[1];
}

function writeNumber(into: Buffer, value: number, at: number, vr: Vr): void {
  if (vr === "US") into.writeUInt16LE(value, at);
  else if (vr === "UL") into.writeUInt32LE(value, at);
  else if (vr === "SS") into.writeInt16LE(value, at);
  else if (vr === "SL") into.writeInt32LE(value, at);
  else if (vr === "FL") into.writeFloatLE(value, at);
  else into.writeDoubleLE(value, at);
}

function encodeTags(entry: DictionaryEntry, value: Value): Buffer {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const bytes = Buffer.alloc(4 * all.length);
  for (const [index, one] of all.entries()) {
    if (typeof one !== "string" || !/^[0-9A-Fa-f]{8}$/.test(one)) throw wrongValue(entry, "tags written ggggeeee");
    writeTag(bytes, one, 4 * index);
  }
  return bytes;
}

function encodeSequence(entry: DictionaryEntry, value: Value, context: Context): Buffer {
  if (!isItems(value)) throw wrongValue(entry, "items");
  return Buffer.concat(
    value.flatMap((item) => {
      const characterSet = declaredIn(item) ?? context.characterSet;
      const body = encodeItem(item, { ...context, characterSet });
      return [elementHeader("FFFEE000", "UL", body.length, false), body];
    }),
  );
}

function padded(bytes: Buffer, pad: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(pad)]);
}

function wrongValue(entry: DictionaryEntry, wanted: string): DicomError {
  return new DicomError("wrong-value", `${entry.keyword} (${entry.vr}) takes ${wanted}.`);
}
