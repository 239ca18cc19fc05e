import { open } from "node:fs/promises";
import { BoxError, findBox, fullBox, readHeader } from "../capture/capture.ts";
import { EncodingError } from "./encoding-error.ts";

/** The index of a finished MP4 with one video track (ISO/IEC 14496-12 8.6, 8.7). */
export interface Mp4Index {
  /** Bytes of each sample, in decode order. */
  readonly sampleBytes: readonly number[];
  /** Samples, from 0, at which decoding can begin. */
  readonly keySamples: readonly number[];
}

const maxMovieBytes = 256 * 1024 * 1024;
const maxTopLevelBoxes = 1000;
/** A day at 60 frames a second. */
const maxSamples = 5_184_000;

/** Reads it. Throws EncodingError "unreadable" where the file is no such MP4; the system's error where it is not there. */
export async function readMp4Index(file: string): Promise<Mp4Index> {
  const movie = await readMovieBox(file);
  try {
    const table = findBox({ type: "moov", bytes: movie, content: 8 }, "trak/mdia/minf/stbl");
    const stsz = table && findBox(table, "stsz");
    if (!table || !stsz) throw new BoxError("the movie lists no samples");
    const sizes = fullBox(stsz).body;
    const [common, count] = [sizes.readUInt32BE(0), sizes.readUInt32BE(4)];
    if (common === 0 && count * 4 > sizes.length - 8) throw new BoxError("the list of samples is cut off");
    if (count > maxSamples) throw new BoxError("too many samples");
    const sampleBytes = Array.from({ length: count }, (_, at) => common || sizes.readUInt32BE(8 + at * 4));
    const stss = findBox(table, "stss");
    if (stss === null) return { sampleBytes, keySamples: sampleBytes.keys().toArray() };
    const keys = fullBox(stss).body;
    const keyCount = keys.readUInt32BE(0);
    if (keyCount > count || keyCount * 4 > keys.length - 4) throw new BoxError("the list of key frames is cut off");
    return { sampleBytes, keySamples: Array.from({ length: keyCount }, (_, at) => keys.readUInt32BE(4 + at * 4) - 1) };
  } catch (error) {
    if (error instanceof BoxError || error instanceof RangeError) throw unreadable(error);
    throw error;
  }
}

/**
 * When each sample begins, in seconds from the first, in decode order (stts and mdhd, ISO/IEC 14496-12 8.6.1.2, 8.4.2).
 * A recording with a gap has it here. Throws as readMp4Index.
 */
export async function readSampleSeconds(file: string): Promise<readonly number[]> {
  const movie = await readMovieBox(file);
  try {
    const media = findBox({ type: "moov", bytes: movie, content: 8 }, "trak/mdia");
    const mdhd = media && findBox(media, "mdhd");
    const stts = media && findBox(media, "minf/stbl/stts");
    if (!mdhd || !stts) throw new BoxError("the movie does not say when its samples play");
    const header = fullBox(mdhd);
    const timescale = header.body.readUInt32BE(header.version === 1 ? 16 : 8);
    if (timescale === 0) throw new BoxError("no timescale");
    const table = fullBox(stts).body;
    const starts: number[] = [];
    let at = 0;
    for (let entry = 0, entries = table.readUInt32BE(0); entry < entries; entry += 1) {
      const count = table.readUInt32BE(4 + entry * 8);
      if (starts.length + count > maxSamples) throw new BoxError("too many samples");
      const duration = table.readUInt32BE(8 + entry * 8);
      for (let sample = 0; sample < count; sample += 1, at += duration) starts.push(at / timescale);
    }
    return starts;
  } catch (error) {
    if (error instanceof BoxError || error instanceof RangeError) throw unreadable(error);
    throw error;
  }
}

async function readMovieBox(file: string): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const start = Buffer.alloc(16);
    for (let at = 0, boxes = 0; boxes < maxTopLevelBoxes; boxes += 1) {
      const { bytesRead } = await handle.read(start, 0, 16, at);
      const header = headerOf(start.subarray(0, bytesRead));
      if (header === null) break;
      if (header.type === "moov" && header.content === 8 && header.size <= maxMovieBytes) {
        const bytes = Buffer.alloc(header.size);
        const read = await handle.read(bytes, 0, header.size, at);
        if (read.bytesRead === header.size) return bytes;
        break;
      }
      at += header.size;
    }
    throw unreadable(new BoxError("no movie header"));
  } finally {
    await handle.close();
  }
}

function headerOf(bytes: Buffer): ReturnType<typeof readHeader> {
  try {
    return readHeader(bytes, 0, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    throw error instanceof BoxError ? unreadable(error) : error;
  }
}

function unreadable(cause: Error): EncodingError {
  return new EncodingError(
    "unreadable",
    "This clip's file cannot be read as it was saved. Call technical service.",
    cause,
  );
}
