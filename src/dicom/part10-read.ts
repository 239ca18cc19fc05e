import { type FileHandle, open } from "node:fs/promises";
import { type DataSet, textOf } from "./data-set.ts";
import { decodeBeforePixelData, decodeDataSet, type PartialDataSet } from "./decode.ts";
import { DicomError } from "./error.ts";
import type { FileMeta } from "./file-meta.ts";
import { transferSyntaxes } from "./transfer-syntaxes.ts";

export interface Part10Meta extends FileMeta {
  /** Where the data set starts: from here on it is what a C-STORE sends. */
  readonly dataSetOffset: number;
  /** Of the file. */
  readonly sizeBytes: number;
}

export interface Part10File {
  readonly meta: Part10Meta;
  /** Without Pixel Data. */
  readonly dataSet: DataSet;
  /** Of (7FE0,0010)'s value; undefined when the file has none. */
  readonly pixelDataOffset: number | undefined;
  /** Encapsulated: each fragment after the Basic Offset Table. Native: the whole value. */
  readonly pixelFragments: readonly { readonly offset: number; readonly sizeBytes: number }[];
}

const maxMetaBytes = 64 * 1024;
const maxDataSetBytes = 64 * 1024 * 1024;
const maxFragments = 100_000;

/** What a Part 10 file says about itself in front of its data set; reads at most 64 KB. Throws DicomError `malformed`. */
export async function readPart10Meta(path: string): Promise<Part10Meta> {
  const file = await open(path, "r");
  try {
    return await metaOf(file);
  } finally {
    await file.close();
  }
}

/**
 * A Part 10 file without its pixels, and where those are. Reads up to 64 MB in front of the pixels.
 * Throws DicomError: malformed, or unsupported for a deflated or big endian file.
 */
export async function readPart10(path: string): Promise<Part10File> {
  const file = await open(path, "r");
  try {
    const meta = await metaOf(file);
    if (unreadable.has(meta.transferSyntaxUid)) {
      throw new DicomError("unsupported", "Deflated and big endian DICOM files are not read.");
    }
    const implicit = meta.transferSyntaxUid === transferSyntaxes.implicitLittleEndian;
    const { dataSet, pixelData } = await dataSetOf(file, meta, implicit ? "implicit" : "explicit");
    if (pixelData === undefined) return { meta, dataSet, pixelDataOffset: undefined, pixelFragments: [] };
    const pixelDataOffset = meta.dataSetOffset + pixelData.offset;
    const pixelFragments =
      pixelData.lengthBytes === undefined
        ? await fragmentsOf(file, pixelDataOffset, meta.sizeBytes)
        : [{ offset: pixelDataOffset, sizeBytes: within(pixelData.lengthBytes, pixelDataOffset, meta.sizeBytes) }];
    return { meta, dataSet, pixelDataOffset, pixelFragments };
  } finally {
    await file.close();
  }
}

const unreadable: ReadonlySet<string> = new Set([
  transferSyntaxes.deflatedExplicitLittleEndian,
  transferSyntaxes.explicitBigEndian,
]);

async function metaOf(file: FileHandle): Promise<Part10Meta> {
  const { size } = await file.stat();
  const head = await readAt(file, 0, Math.min(maxMetaBytes, size));
  if (head.length < 144 || head.toString("latin1", 128, 132) !== "DICM") {
    throw new DicomError("malformed", "This is no DICOM file: it lacks the prefix DICM.");
  }
  // (0002,0000) UL, 4 bytes: how long the rest of the group is (PS3.10 Table 7.1-1).
  const groupLength = head.toString("latin1", 132, 140) === "\x02\0\0\0UL\x04\0" ? head.readUInt32LE(140) : Number.NaN;
  const dataSetOffset = 144 + groupLength;
  if (!(dataSetOffset <= head.length)) {
    throw new DicomError("malformed", "The file meta information has no usable group length.");
  }
  const meta = decodeDataSet(head.subarray(144, dataSetOffset), { transferSyntax: "explicit" });
  const transferSyntaxUid = textOf(meta, "TransferSyntaxUID");
  if (transferSyntaxUid === "") throw new DicomError("malformed", "The file does not say its transfer syntax.");
  return {
    sopClassUid: textOf(meta, "MediaStorageSOPClassUID"),
    sopInstanceUid: textOf(meta, "MediaStorageSOPInstanceUID"),
    transferSyntaxUid,
    dataSetOffset,
    sizeBytes: size,
  };
}

/**
 * The bytes of an explicit VR data set up to Pixel Data and what they say. Throws DicomError: malformed, or unsupported for
 * another transfer syntax.
 */
export async function readBeforePixelData(
  path: string,
  meta: Part10Meta,
): Promise<{ readonly bytes: Buffer; readonly dataSet: DataSet }> {
  if (unreadable.has(meta.transferSyntaxUid) || meta.transferSyntaxUid === transferSyntaxes.implicitLittleEndian) {
    throw new DicomError("unsupported", "Only explicit little endian DICOM files are written anew for a node.");
  }
  const file = await open(path, "r");
  try {
    const { dataSet, pixelData } = await dataSetOf(file, meta, "explicit");
    // The value of Pixel Data begins 12 bytes behind its tag: OB or OW in explicit VR (PS3.5 7.1.2).
    const length = pixelData === undefined ? meta.sizeBytes - meta.dataSetOffset : pixelData.offset - 12;
    return { bytes: await readAt(file, meta.dataSetOffset, length), dataSet };
  } finally {
    await file.close();
  }
}

/** Most data sets end within some KB; a long one is read again from its start, in larger and larger pieces. */
async function dataSetOf(
  file: FileHandle,
  meta: Part10Meta,
  transferSyntax: "implicit" | "explicit",
): Promise<PartialDataSet> {
  const available = Math.min(meta.sizeBytes - meta.dataSetOffset, maxDataSetBytes);
  for (let lengthBytes = 64 * 1024; ; lengthBytes *= 8) {
    const isAll = lengthBytes >= available;
    const bytes = await readAt(file, meta.dataSetOffset, Math.min(lengthBytes, available));
    try {
      const found = decodeBeforePixelData(bytes, { transferSyntax });
      // Without pixel data in sight the piece may just have ended between two elements.
      if (found.pixelData !== undefined || isAll) return found;
    } catch (error) {
      if (isAll || !(error instanceof DicomError)) throw error;
    }
  }
}

/** The fragments of encapsulated pixel data (PS3.5 A.4); the first item is the Basic Offset Table. */
async function fragmentsOf(file: FileHandle, from: number, sizeBytes: number): Promise<Part10File["pixelFragments"]> {
  const fragments: { offset: number; sizeBytes: number }[] = [];
  let at = from;
  for (let items = 0; items <= maxFragments; items += 1) {
    const header = await readAt(file, at, 8);
    if (header.length < 8) break;
    const tag = header.readUInt32LE(0);
    if (tag === 0xe0ddfffe) return fragments.slice(1);
    if (tag !== 0xe000fffe) break;
    const length = within(header.readUInt32LE(4), at + 8, sizeBytes);
    fragments.push({ offset: at + 8, sizeBytes: length });
    at += 8 + length;
  }
  throw new DicomError("malformed", "The pixel data does not end as it must.");
}

function within(length: number, offset: number, sizeBytes: number): number {
  if (length <= sizeBytes - offset) return length;
  throw new DicomError("malformed", "The pixel data is longer than the file.");
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
