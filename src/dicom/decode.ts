import { type TextDecode, textDecoder } from "./character-set.ts";
import type { DataSet, Value } from "./data-set.ts";
import { entryOfTag, isVr } from "./dictionary.ts";
import type { VrEncoding } from "./encode.ts";
import { DicomError } from "./error.ts";
import { type Vr, vrs } from "./vr.ts";

const maxNesting = 16;
/** Elements, items and values together: what a hostile data set may make us allocate. */
const maxParts = 1_000_000;
const undefinedLength = 0xffffffff;

export interface DecodeOptions {
  readonly transferSyntax: VrEncoding;
}

/**
 * Reads a little endian data set. Text is decoded by each data set's own (0008,0005), items inherit it. An attribute
 * the dictionary lacks is kept under its tag (`"00091001"`): bytes, or items where it is a sequence. IS and DS stay text.
 * Throws DicomError `malformed`: a length beyond the bytes, more than 16 levels, more than a million parts.
 */
export function decodeDataSet(bytes: Uint8Array, options: DecodeOptions): DataSet {
  const reader = new Reader(bytes, options.transferSyntax === "explicit", false);
  return reader.dataSet(bytes.length, 0, textDecoder([]));
}

/** The same up to (7FE0,0010), which it leaves alone: `pixelData` says where its value starts and how long it claims to be. */
export function decodeBeforePixelData(bytes: Uint8Array, options: DecodeOptions): PartialDataSet {
  const reader = new Reader(bytes, options.transferSyntax === "explicit", true);
  const dataSet = reader.dataSet(bytes.length, 0, textDecoder([]));
  return { dataSet, pixelData: reader.pixelData };
}

export interface PartialDataSet {
  readonly dataSet: DataSet;
  /** `lengthBytes` undefined: encapsulated fragments follow (PS3.5 A.4). */
  readonly pixelData: { readonly offset: number; readonly lengthBytes: number | undefined } | undefined;
}

interface Header {
  readonly tag: string;
  readonly vr: Vr;
  readonly length: number;
}

function malformed(reason: string, at: number): DicomError {
  return new DicomError("malformed", `The DICOM data cannot be read: ${reason} (byte ${at}).`);
}

class Reader {
  readonly #bytes: Buffer;
  readonly #stopAtPixelData: boolean;
  #explicit: boolean;
  #at = 0;
  #parts = 0;
  pixelData: PartialDataSet["pixelData"];

  constructor(bytes: Uint8Array, explicit: boolean, stopAtPixelData: boolean) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#explicit = explicit;
    this.#stopAtPixelData = stopAtPixelData;
  }

  /** Reads elements up to `end`, or to an item delimiter when `end` is undefined. */
  dataSet(end: number | undefined, depth: number, inherited: TextDecode): DataSet {
    if (depth > maxNesting) throw malformed(`sequences more than ${maxNesting} deep`, this.#at);
    const dataSet: Record<string, Value> = {};
    let decode = inherited;
    while (end === undefined || this.#at < end) {
      const start = this.#at;
      const header = this.#header();
      if (header.tag === "FFFEE00D" && end === undefined) return dataSet;
      if (header.tag.startsWith("FFFE")) throw malformed("an item where an element must be", start);
      if (header.tag === "7FE00010" && this.#stopAtPixelData && depth === 0) {
        const lengthBytes = header.length === undefinedLength ? undefined : header.length;
        this.pixelData = { offset: this.#at, lengthBytes };
        return dataSet;
      }
      const value = this.#value(header, end ?? this.#bytes.length, depth, decode);
      if (header.tag.endsWith("0000") && header.tag !== "00000000" && header.tag !== "00020000") continue;
      dataSet[entryOfTag(header.tag)?.keyword ?? header.tag] = value;
      if (header.tag === "00080005") decode = textDecoder(typeof value === "string" ? [value] : textValues(value));
    }
    return dataSet;
  }

  #count(parts: number): void {
    this.#parts += parts;
    if (this.#parts > maxParts) throw malformed(`more than ${maxParts} elements and values`, this.#at);
  }

  #take(length: number, end: number): Buffer {
    if (length > end - this.#at) throw malformed("a length beyond its end", this.#at);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  #header(): Header {
    this.#count(1);
    const head = this.#take(8, this.#bytes.length);
    const tag = hex(head.readUInt16LE(0)) + hex(head.readUInt16LE(2));
    const known = entryOfTag(tag)?.vr ?? "UN";
    if (!this.#explicit || tag.startsWith("FFFE")) return { tag, vr: known, length: head.readUInt32LE(4) };
    const written = head.toString("latin1", 4, 6);
    if (!isVr(written)) throw malformed(`no VR is called so in ${tag}`, this.#at - 4);
    // A relay that did not know the attribute wrote UN; we may know it (PS3.5 6.2.2).
    const vr = written === "UN" ? known : written;
    if (!vrs[written].long) return { tag, vr, length: head.readUInt16LE(6) };
    return {
      tag,
      vr: written === "UN" && vr === "SQ" ? "UN" : vr,
      length: this.#take(4, this.#bytes.length).readUInt32LE(0),
    };
  }

  #value(header: Header, end: number, depth: number, decode: TextDecode): Value {
    const { length, vr } = header;
    if (length === undefinedLength) {
      if (vr === "SQ") return this.#items(undefined, depth, decode);
      if (vr === "UN") return this.#implicitly(() => this.#items(undefined, depth, decode));
      throw malformed(`${header.tag} has no length`, this.#at);
    }
    if (length > end - this.#at) throw malformed(`${header.tag} is longer than what follows`, this.#at);
    if (vr === "SQ") return this.#items(this.#at + length, depth, decode);
    if (vr === "UN" && entryOfTag(header.tag)?.vr === "SQ") {
      return this.#implicitly(() => this.#items(this.#at + length, depth, decode));
    }
    return this.#plain(vr, this.#take(length, end), decode);
  }

  /** What is inside a UN element is implicit VR whatever is around it (PS3.5 6.2.2 note 2). */
  #implicitly<T>(read: () => T): T {
    const before = this.#explicit;
    this.#explicit = false;
    const result = read();
    this.#explicit = before;
    return result;
  }

  #items(end: number | undefined, depth: number, decode: TextDecode): readonly DataSet[] {
    const items: DataSet[] = [];
    while (end === undefined || this.#at < end) {
      const start = this.#at;
      const { tag, length } = this.#header();
      if (tag === "FFFEE0DD" && end === undefined) return items;
      if (tag !== "FFFEE000") throw malformed("a sequence holds something else than items", start);
      if (length === undefinedLength) items.push(this.dataSet(undefined, depth + 1, decode));
      else {
        if (length > (end ?? this.#bytes.length) - this.#at) throw malformed("an item longer than its sequence", start);
        items.push(this.dataSet(this.#at + length, depth + 1, decode));
      }
      if (end !== undefined && this.#at > end) throw malformed("an item beyond its sequence", start);
    }
    return items;
  }

  #plain(vr: Vr, bytes: Buffer, decode: TextDecode): Value {
    const rule = vrs[vr];
    if (rule.kind === "text") return this.#text(vr, bytes, decode);
    if (rule.kind === "bytes") return Uint8Array.from(bytes);
    const size = rule.size ?? 2;
    if (bytes.length % size !== 0) throw malformed(`a length that VR ${vr} cannot have`, this.#at);
    this.#count(bytes.length / size);
    if (rule.kind === "tag") {
      const tags: string[] = [];
      for (let at = 0; at < bytes.length; at += 4)
        tags.push(hex(bytes.readUInt16LE(at)) + hex(bytes.readUInt16LE(at + 2)));
      return tags.length === 0 ? "" : only(tags);
    }
    const numbers: number[] = [];
    for (let at = 0; at < bytes.length; at += size) numbers.push(readNumber(bytes, at, vr));
    return numbers.length === 0 ? null : only(numbers);
  }

  #text(vr: Vr, bytes: Buffer, decode: TextDecode): string | readonly string[] {
    const rule = vrs[vr];
    const delimiters = vr === "PN" ? "\\^=" : rule.multi === true ? "\\" : "";
    const text = rule.charset === true ? decode(bytes, delimiters) : bytes.toString("latin1");
    const trim = (value: string): string => unpadded(value, rule.trimStart === true);
    if (rule.multi !== true || !text.includes("\\")) return trim(text);
    const values = text.split("\\", maxParts + 1);
    this.#count(values.length);
    return values.map(trim);
  }
}

/** Without its padding. A loop, because a pattern looks at a long run of spaces once for each of them. */
function unpadded(text: string, bothEnds: boolean): string {
  let start = 0;
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\0")) end -= 1;
  while (bothEnds && start < end && text[start] === " ") start += 1;
  return text.slice(start, end);
}

function textValues(value: Value): readonly string[] {
  return Array.isArray(value) ? value.filter((one: unknown): one is string => typeof one === "string") : [];
}

function only<T>(values: readonly T[]): T | readonly T[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, "0");
}

function readNumber(bytes: Buffer, at: number, vr: Vr): number {
  if (vr === "US") return bytes.readUInt16LE(at);
  if (vr === "UL") return bytes.readUInt32LE(at);
  if (vr === "SS") return bytes.readInt16LE(at);
  if (vr === "SL") return bytes.readInt32LE(at);
  if (vr === "FL") return bytes.readFloatLE(at);
  return bytes.readDoubleLE(at);
}
