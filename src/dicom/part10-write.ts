import { lstat, rm } from "node:fs/promises";
import { copyWrapped } from "../lib/file-jobs.ts";
import { type DataSet, textOf } from "./data-set.ts";
import { elementHeader, encodeDataSet } from "./encode.ts";
import { DicomError } from "./error.ts";
import { encodeFileMeta, type FileMeta, type Implementation, scopelineImplementation } from "./file-meta.ts";
import { copyPieces, type Piece } from "./part10-pieces.ts";
import { mayBeFragmented, transferSyntaxes, withoutFragments } from "./transfer-syntaxes.ts";
import { isUid } from "./uid.ts";
import { validateDataSet } from "./validate.ts";

export interface Part10Input extends FileMeta {
  /** Default: Scopeline. */
  readonly implementation?: Implementation;
  /** Without Pixel Data. */
  readonly dataSet: DataSet;
  readonly pixelData: Part10PixelData;
}

/** Where the pixels are; the file is exactly as long as said. */
export type Part10PixelData =
  /**
   * One JPEG or one video stream: one fragment, with an empty Basic Offset Table. With `maxFragmentBytes` and a
   * transfer syntax that allows it (`fragmentableTwin`, HEVC) as many as are needed.
   */
  | {
      readonly kind: "encapsulated";
      readonly path: string;
      readonly sizeBytes: number;
      readonly maxFragmentBytes?: number;
    }
  /** JPEG frames back to back in one file: a fragment each, found through the Basic Offset Table (PS3.5 A.4). */
  | { readonly kind: "frames"; readonly path: string; readonly frameBytes: readonly number[] }
  /** Uncompressed pixels of 8 bits: Explicit VR Little Endian. */
  | { readonly kind: "native"; readonly path: string; readonly sizeBytes: number };

export interface Part10Written {
  readonly sizeBytes: number;
  /** Of the whole file, lower case hexadecimal. */
  readonly sha256: string;
}

/** A value's length is even and below FFFFFFFF (PS3.5 7.1.1, A.4). */
const maxValueBytes = 0xffff_fffe;
const maxFragments = 100_000;
const lastTag = "7FE00010";

/**
 * Writes a Part 10 file as a stream, in memory that does not grow with it: preamble, file meta, data set in explicit
 * VR, then Pixel Data (PS3.10 7.1, PS3.5 A.4). Resolves after fsync; the caller writes to `.part` and renames. What fails
 * leaves no file behind.
 * Throws DicomError: invalid-data-set, unsupported, too-large, size-mismatch; the file system's own errors as they are.
 */
export async function writePart10(path: string, input: Part10Input, signal?: AbortSignal): Promise<Part10Written> {
  const pixels = layoutOf(input);
  const head = Buffer.concat([headOf(input), pixels.head]);
  const { path: source } = input.pixelData;
  try {
    const { sizeBytes, tail } = pixels;
    const inPieces = pixels.between === undefined ? undefined : [head, ...pixels.between, tail];
    const sha256 =
      inPieces === undefined
        ? await copyWrapped({ source, sizeBytes, head, tail }, path, signal)
        : await copyPieces({ path: source, sizeBytes }, inPieces, path, signal);
    const inside = pixels.between?.reduce<number>((sum, one) => sum + lengthOf(one), 0) ?? sizeBytes;
    return { sizeBytes: head.length + inside + tail.length, sha256 };
  } catch (error) {
    // Only what is a file of ours: removing a device or a pipe that a path led to would harm the machine.
    const left = await lstat(path).catch(() => undefined);
    if (left?.isFile()) await rm(path, { force: true });
    if (error instanceof Error && error.message.startsWith("size-mismatch")) {
      throw new DicomError("size-mismatch", `The capture's file is not as it was saved (${error.message}).`);
    }
    throw error;
  }
}

const lengthOf = (piece: Piece): number => (typeof piece === "number" ? piece : piece.length);

/** Everything in front of Pixel Data; refuses what must not be written. */
function headOf(input: Part10Input): Buffer {
  const { dataSet } = input;
  const beyond = Object.keys(dataSet).some(
    (keyword) => keyword === "PixelData" || (isTag(keyword) && keyword >= lastTag),
  );
  if (beyond) throw new DicomError("invalid-data-set", "The data set brings pixel data of its own.");
  const violations = validateDataSet(dataSet);
  const identity = { SOPClassUID: input.sopClassUid, SOPInstanceUID: input.sopInstanceUid };
  for (const [keyword, uid] of Object.entries(identity)) {
    if (!isUid(uid) || textOf(dataSet, keyword) !== uid) {
      throw new DicomError("invalid-data-set", `The data set and the file meta information disagree about ${keyword}.`);
    }
  }
  if (dataSet.StudyInstanceUID === "" || dataSet.SeriesInstanceUID === "") {
    throw new DicomError("invalid-data-set", "The instance belongs to no study or to no series.");
  }
  if (violations.length > 0) {
    const reasons = violations.slice(0, 10).map(({ keyword, message }) => `${keyword} ${message}`);
    throw new DicomError("invalid-data-set", `The instance cannot be written: ${reasons.join("; ")}.`);
  }
  return Buffer.concat([
    encodeFileMeta(input, input.implementation ?? scopelineImplementation),
    encodeDataSet(dataSet, { transferSyntax: "explicit" }),
  ]);
}

/** The element around the pixels: what stands in front of the source's bytes and behind, or between them. */
interface Layout {
  readonly head: Buffer;
  /** Of the source. */
  readonly sizeBytes: number;
  /** Set where the source does not go in as a whole. */
  readonly between?: readonly Piece[];
  readonly tail: Buffer;
}

const sequenceEnd = elementHeader("FFFEE0DD", "UN", 0, false);
const item = (lengthBytes: number): Buffer => elementHeader("FFFEE000", "UN", lengthBytes, false);
const even = (lengthBytes: number): number => lengthBytes + (lengthBytes % 2);
const encapsulation = (offsetTable: Buffer): Buffer =>
  Buffer.concat([elementHeader(lastTag, "OB", 0xffff_ffff, true), item(offsetTable.length), offsetTable]);

function layoutOf({ pixelData, transferSyntaxUid }: Part10Input): Layout {
  const isNative = transferSyntaxUid === transferSyntaxes.explicitLittleEndian;
  if (
    isNative !== (pixelData.kind === "native") ||
    !(isNative || encapsulatedUids.has(withoutFragments(transferSyntaxUid)))
  ) {
    throw new DicomError("unsupported", "Pixel data of this transfer syntax is not stored so.");
  }
  if (pixelData.kind === "frames") return framesLayout(pixelData.frameBytes);
  const { sizeBytes } = pixelData;
  if (!isLength(sizeBytes)) throw new DicomError("size-mismatch", "There are no pixels to write.");
  if (pixelData.kind === "encapsulated" && pixelData.maxFragmentBytes !== undefined) {
    if (mayBeFragmented(transferSyntaxUid)) return fragmentsLayout(sizeBytes, pixelData.maxFragmentBytes);
    throw new DicomError("unsupported", "In this transfer syntax a stream lies in one fragment.");
  }
  if (sizeBytes >= maxValueBytes) {
    throw new DicomError("too-large", "The clip is 4 GB or more, too much for one instance: split it.");
  }
  const padding = Buffer.alloc(sizeBytes % 2);
  if (isNative) return { head: elementHeader(lastTag, "OB", even(sizeBytes), true), sizeBytes, tail: padding };
  const head = Buffer.concat([encapsulation(Buffer.alloc(0)), item(even(sizeBytes))]);
  return { head, sizeBytes, tail: Buffer.concat([padding, sequenceEnd]) };
}

/** A stream in fragments as long as allowed; only the last may need padding. */
function fragmentsLayout(sizeBytes: number, maxFragmentBytes: number): Layout {
  const longest = Math.floor(Math.min(maxFragmentBytes, maxValueBytes) / 2) * 2;
  if (!(longest >= 2) || sizeBytes / longest > maxFragments) {
    throw new DicomError("too-large", "The clip would need too many fragments: allow longer ones.");
  }
  const sizes = Array.from({ length: Math.ceil(sizeBytes / longest) }, (_, at) =>
    Math.min(longest, sizeBytes - at * longest),
  );
  return { head: encapsulation(Buffer.alloc(0)), sizeBytes, between: sizes.flatMap(fragment), tail: sequenceEnd };
}

/** A fragment for each frame. Offsets count from the first fragment's item; beyond 32 bits the table is left empty. */
function framesLayout(frameBytes: readonly number[]): Layout {
  if (frameBytes.length === 0 || frameBytes.length > maxFragments || !frameBytes.every(isLength)) {
    throw new DicomError("size-mismatch", "There are no frames to write, or too many.");
  }
  const table = Buffer.alloc(frameBytes.length * 4);
  let offset = 0;
  for (const [at, length] of frameBytes.entries()) {
    if (length >= maxValueBytes) throw new DicomError("too-large", "One frame is 4 GB or more.");
    if (offset <= 0xffff_ffff) table.writeUInt32LE(offset, at * 4);
    offset += 8 + even(length);
  }
  const sizeBytes = frameBytes.reduce((sum, length) => sum + length, 0);
  const head = encapsulation(offset > 0xffff_ffff ? Buffer.alloc(0) : table);
  return { head, sizeBytes, between: frameBytes.flatMap(fragment), tail: sequenceEnd };
}

const fragment = (lengthBytes: number): Piece[] => [
  item(even(lengthBytes)),
  lengthBytes,
  Buffer.alloc(lengthBytes % 2),
];

const isLength = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

const encapsulatedUids: ReadonlySet<string> = new Set(
  Object.values(transferSyntaxes).filter((uid) => uid.startsWith("1.2.840.10008.1.2.4.")),
);

function isTag(keyword: string): boolean {
  return /^[0-9A-F]{8}$/.test(keyword);
}
