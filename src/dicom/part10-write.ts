import { lstat, rm } from "node:fs/promises";
import { copyWrapped } from "../lib/file-jobs.ts";
import { type DataSet, textOf } from "./data-set.ts";
import { elementHeader, encodeDataSet } from "./encode.ts";
import { DicomError } from "./error.ts";
import { encodeFileMeta, type FileMeta, type Implementation, scopelineImplementation } from "./file-meta.ts";
import { transferSyntaxes } from "./transfer-syntaxes.ts";
import { isUid } from "./uid.ts";
import { validateDataSet } from "./validate.ts";

export interface Part10Input extends FileMeta {
  /** Default: Scopeline. */
  readonly implementation?: Implementation;
  /** Without Pixel Data. */
  readonly dataSet: DataSet;
  /** The file that becomes the one fragment: a JPEG or MP4, exactly `sizeBytes` long. */
  readonly pixelData: { readonly kind: "encapsulated"; readonly path: string; readonly sizeBytes: number };
}

export interface Part10Written {
  readonly sizeBytes: number;
  /** Of the whole file, lower case hexadecimal. */
  readonly sha256: string;
}

/** A fragment's length is even and below FFFFFFFF (PS3.5 A.4). */
const maxFragmentBytes = 0xffff_fffe;
/**
 * Writes a Part 10 file as a stream, in memory that does not grow with it: preamble, file meta, data set in explicit
 * VR, then Pixel Data with an empty Basic Offset Table and one fragment (PS3.10 7.1, PS3.5 A.4). Resolves after fsync;
 * the caller writes to `.part` and renames. What fails leaves no file behind.
 * Throws DicomError: invalid-data-set, unsupported, too-large, size-mismatch; the file system's own errors as they are.
 */
export async function writePart10(path: string, input: Part10Input, signal?: AbortSignal): Promise<Part10Written> {
  const head = headOf(input);
  const { path: source, sizeBytes } = input.pixelData;
  const tail = Buffer.concat([Buffer.alloc(sizeBytes % 2), elementHeader("FFFEE0DD", "UN", 0, false)]);
  try {
    const sha256 = await copyWrapped({ source, sizeBytes, head, tail }, path, signal);
    return { sizeBytes: head.length + sizeBytes + tail.length, sha256 };
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

/** Everything in front of the fragment's bytes; refuses what must not be written. */
function headOf(input: Part10Input): Buffer {
  const { dataSet, pixelData } = input;
  if (!encapsulatedUids.has(input.transferSyntaxUid)) {
    throw new DicomError("unsupported", "Pixel data of this transfer syntax is not encapsulated.");
  }
  if (!Number.isSafeInteger(pixelData.sizeBytes) || pixelData.sizeBytes <= 0) {
    throw new DicomError("size-mismatch", "There are no pixels to write.");
  }
  if (pixelData.sizeBytes >= maxFragmentBytes) {
    throw new DicomError("too-large", "The clip is 4 GB or more, too much for one instance: split it.");
  }
  const lastTag = "7FE00010";
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
  const fragmentBytes = pixelData.sizeBytes + (pixelData.sizeBytes % 2);
  return Buffer.concat([
    encodeFileMeta(input, input.implementation ?? scopelineImplementation),
    encodeDataSet(dataSet, { transferSyntax: "explicit" }),
    elementHeader(lastTag, "OB", 0xffff_ffff, true),
    elementHeader("FFFEE000", "UN", 0, false),
    elementHeader("FFFEE000", "UN", fragmentBytes, false),
  ]);
}

const encapsulatedUids: ReadonlySet<string> = new Set(
  Object.values(transferSyntaxes).filter((uid) => uid.startsWith("1.2.840.10008.1.2.4.")),
);

function isTag(keyword: string): boolean {
  return /^[0-9A-F]{8}$/.test(keyword);
}
