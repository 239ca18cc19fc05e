import { type FileHandle, open } from "node:fs/promises";
import { type Box, BoxError, readHeader } from "../streams/box-reader.ts";
import { readFragment } from "./fragments.ts";
import { type MovieFacts, readMovie } from "./movie-header.ts";

/** The largest box that is read into memory; `mdat` is never read. */
const maxReadBytes = 64 * 1024 * 1024;

/** What a growing clip holds up to its last whole fragment. */
export interface GrowingClip {
  readonly movie: MovieFacts | null;
  /** Bytes up to the end of the last whole fragment. */
  readonly wholeBytes: number;
  readonly frames: number;
  readonly firstSeq: number;
  /** Frames that are missing between fragments. */
  readonly missing: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
}

/** Walks a fragmented file that may end anywhere. Never throws for what is in it: it stops where it stops being whole. */
export async function scanGrowingClip(handle: FileHandle): Promise<GrowingClip> {
  let movie: MovieFacts | null = null;
  let pending: { decodeTime: number; samples: number; sampleDuration: number } | null = null;
  let [wholeBytes, frames, missing] = [0, 0, 0];
  let first: { seq: number; sampleDuration: number } | null = null;
  let nextTime: number | null = null;
  try {
    for await (const { box, end } of walk(handle)) {
      if (box.type === "moov") movie = readMovie(box);
      if (box.type === "moof") pending = readFragment(box);
      if (box.type !== "mdat" || pending === null) continue;
      const { decodeTime, samples, sampleDuration } = pending;
      if (sampleDuration < 1) break;
      first ??= { seq: Math.round(decodeTime / sampleDuration), sampleDuration };
      if (nextTime !== null) missing += Math.max(0, Math.round((decodeTime - nextTime) / sampleDuration));
      nextTime = decodeTime + samples * sampleDuration;
      frames += samples;
      wholeBytes = end;
      pending = null;
    }
  } catch (error) {
    if (!(error instanceof BoxError)) throw error;
  }
  const fpsNum = movie?.timescale ?? 0;
  return { movie, wholeBytes, frames, firstSeq: first?.seq ?? 0, missing, fpsNum, fpsDen: first?.sampleDuration ?? 1 };
}

/** The `moov` of a finished file. Throws BoxError where there is none. */
export async function readMovieOf(file: string): Promise<MovieFacts> {
  const handle = await open(file, "r");
  try {
    for await (const { box } of walk(handle)) if (box.type === "moov") return readMovie(box);
    throw new BoxError("the file has no movie header");
  } finally {
    await handle.close();
  }
}

/** Top-level boxes with the offset just after each; ends at the first that is not whole. `mdat` comes without its bytes. */
async function* walk(handle: FileHandle): AsyncGenerator<{ box: Box; end: number }> {
  const { size: fileBytes } = await handle.stat();
  for (let at = 0; at < fileBytes; ) {
    const start = Buffer.alloc(16);
    const { bytesRead } = await handle.read(start, 0, 16, at);
    const header = readHeader(start.subarray(0, bytesRead), 0, Number.MAX_SAFE_INTEGER);
    if (header === null || at + header.size > fileBytes) return;
    if (header.type !== "mdat" && header.size > maxReadBytes) throw new BoxError("a box is too large");
    const bytes = header.type === "mdat" ? start : Buffer.alloc(header.size);
    if (header.type !== "mdat") await handle.read(bytes, 0, header.size, at);
    at += header.size;
    yield { box: { type: header.type, bytes, content: header.content }, end: at };
  }
}
