import { open } from "node:fs/promises";
import { CaptureError } from "../capture-error.ts";
import type { FramePacking, VideoFacts } from "../capture-types.ts";
import { readMovieOf } from "./clip-file.ts";
import { readFramePacking } from "./h264-sei.ts";
import { readSps } from "./h264-sps.ts";
import { readHevcSps } from "./h265-sps.ts";
import type { MovieFacts } from "./movie-header.ts";

const maxSampleBytes = 64 * 1024 * 1024;

/** What the stream of a finished MP4 says of itself. Throws CaptureError "encoder" where it does not. */
export async function readVideo(file: string): Promise<{ readonly video: VideoFacts; readonly frames: number }> {
  const movie = await readMovieOf(file);
  const [parameterSet] = movie.sps;
  if (parameterSet === undefined) throw new CaptureError("encoder", "The recording does not say what it is (no SPS).");
  if (movie.codec === "hevc") return { video: readHevcSps(parameterSet), frames: movie.samples };
  const framePacking = await packingOf(file, movie);
  return { video: { ...readSps(parameterSet), ...(framePacking && { framePacking }) }, frames: movie.samples };
}

/** From the first key frame: x264 says it before each of them. */
async function packingOf(file: string, { firstSample, lengthBytes }: MovieFacts): Promise<FramePacking | null> {
  if (firstSample === null || firstSample.bytes > maxSampleBytes) return null;
  const handle = await open(file, "r");
  try {
    const sample = Buffer.alloc(firstSample.bytes);
    await handle.read(sample, 0, sample.length, firstSample.offset);
    return readFramePacking(sample, lengthBytes);
  } catch (error) {
    // A stream with broken messages plays all the same; what it does not say is not claimed.
    if (error instanceof RangeError) return null;
    throw error;
  } finally {
    await handle.close();
  }
}
