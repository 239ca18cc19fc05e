import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
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
/** Larger pieces are slower where memory is given to a virtual machine page by page. */
const chunkBytes = 256 << 10;
/** One being read, one being hashed and written, one free. */
const chunkCount = 3;
const flushBytes = 32 << 20;

/**
 * Writes a Part 10 file as a stream, in memory that does not grow with it: preamble, file meta, data set in explicit
 * VR, then Pixel Data with an empty Basic Offset Table and one fragment (PS3.10 7.1, PS3.5 A.4). Resolves after fsync;
 * the caller writes to `.part` and renames. What fails leaves no file behind.
 * Throws DicomError: invalid-data-set, unsupported, too-large, size-mismatch; the file system's own errors as they are.
 */
export async function writePart10(path: string, input: Part10Input, signal?: AbortSignal): Promise<Part10Written> {
  const head = headOf(input);
  const { sizeBytes } = input.pixelData;
  const source = await open(input.pixelData.path, "r");
  try {
    await checkSize(source, sizeBytes);
    const target = await open(path, "w", 0o640);
    try {
      const written = await writeAll(source, target, head, sizeBytes, signal);
      await target.sync();
      return written;
    } catch (error) {
      // Only what is a file of ours: removing a device or a pipe that a path led to would harm the machine.
      if ((await target.stat()).isFile()) await rm(path, { force: true });
      throw error;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
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

async function checkSize(source: FileHandle, sizeBytes: number): Promise<void> {
  const { size } = await source.stat();
  if (size !== sizeBytes) {
    throw new DicomError(
      "size-mismatch",
      `The capture's file has ${size} bytes and not the ${sizeBytes} that were saved.`,
    );
  }
}

async function writeAll(
  source: FileHandle,
  target: FileHandle,
  head: Buffer,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): Promise<Part10Written> {
  const hash = createHash("sha256");
  await append(target, head, hash);
  // The first piece is shorter by the head, so that all others are written at multiples of the page size.
  const pieces = { firstBytes: Math.min(sizeBytes, chunkBytes - (head.length % 4096)), sizeBytes };
  await copyHashed(source, target, pieces, hash, signal);
  const tail = Buffer.concat([Buffer.alloc(sizeBytes % 2), elementHeader("FFFEE0DD", "UN", 0, false)]);
  await append(target, tail, hash);
  return { sizeBytes: head.length + sizeBytes + tail.length, sha256: hash.digest("hex") };
}

async function append(target: FileHandle, bytes: Uint8Array, hash: Hash): Promise<void> {
  hash.update(bytes);
  await writeFully(target, bytes);
}

/**
 * While one chunk is hashed here, it is being written, and the next one read, in libuv's threads. Now and then what
 * has been written is sent to the disk meanwhile: the last fsync is short, and nobody else's waits behind gigabytes.
 */
async function copyHashed(
  source: FileHandle,
  target: FileHandle,
  { firstBytes, sizeBytes }: { readonly firstBytes: number; readonly sizeBytes: number },
  hash: Hash,
  signal: AbortSignal | undefined,
): Promise<void> {
  const chunks = Array.from({ length: chunkCount }, () => Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytes)));
  const read = (index: number, from: number): Promise<Uint8Array> => {
    const chunk = chunks[index % chunkCount] ?? Buffer.alloc(0);
    const length = Math.min(from === 0 ? firstBytes : chunkBytes, sizeBytes - from);
    return readFully(source, chunk.subarray(0, length), from);
  };
  const flusher = new Flusher(target);
  let writing: Promise<void> = Promise.resolve();
  let reading = read(0, 0);
  try {
    for (let from = 0, index = 0; from < sizeBytes; index += 1) {
      signal?.throwIfAborted();
      const bytes = await reading;
      await writing;
      flusher.wrote(bytes.length);
      from += bytes.length;
      if (from < sizeBytes) reading = read(index + 1, from);
      writing = observed(writeFully(target, bytes));
      hash.update(bytes);
    }
    await writing;
    await flusher.done();
  } catch (error) {
    // All three may still be under way; the files are closed only after them.
    await Promise.allSettled([reading, writing, flusher.done()]);
    throw error;
  }
}

/** Starts an fdatasync for every `flushBytes` written, one at a time. */
class Flusher {
  readonly #target: FileHandle;
  #unflushedBytes = 0;
  #flushing: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(target: FileHandle) {
    this.#target = target;
  }

  wrote(bytes: number): void {
    this.#unflushedBytes += bytes;
    if (this.#busy || this.#unflushedBytes < flushBytes) return;
    this.#unflushedBytes = 0;
    this.#busy = true;
    const before = this.#flushing;
    // A write error is told to one fsync only, so it must not be lost here.
    const flush = before
      .then(() => this.#target.datasync())
      .finally(() => {
        this.#busy = false;
      });
    this.#flushing = observed(flush);
  }

  /** Throws what any of them threw. */
  done(): Promise<void> {
    return this.#flushing;
  }
}

/** The same promise; its failure is seen when it is awaited, and is nobody's unhandled rejection until then. */
function observed<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function readFully(source: FileHandle, into: Uint8Array, from: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await source.read(into, filled, into.length - filled, from + filled);
    if (bytesRead === 0) throw new DicomError("size-mismatch", "The capture's file became shorter while it was read.");
    filled += bytesRead;
  }
  return into;
}

async function writeFully(target: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await target.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}
