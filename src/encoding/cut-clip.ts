import { open, stat } from "node:fs/promises";
import { runFfmpegJob } from "../capture/capture.ts";
import { asClipToolError, EncodingError } from "./encoding-error.ts";
import { readMp4Index, readSampleSeconds } from "./mp4-index.ts";
import type { FrameRange } from "./plan-parts.ts";

interface Rate {
  readonly fpsNum: number;
  readonly fpsDen: number;
}

export interface CutRequest {
  /** The clip: an MP4 with its index first. It is only read. */
  readonly media: string;
  /** Its rate and how many frames it was saved with. */
  readonly facts: Rate & { readonly frames: number };
  /** What is wanted, in seconds of playing time. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Where the new clip goes; a file that is there is replaced. */
  readonly to: string;
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
}

/** A clip that was cut out of another: durable on the disk. */
export interface CutClip {
  /** Frames of the other clip, from 0, `to` not included. */
  readonly range: FrameRange;
  /** When its first frame plays in the other clip, and when its last one has: a gap behind that is not of the cut. */
  readonly startsAtSeconds: number;
  readonly endsAtSeconds: number;
  readonly sizeBytes: number;
}

const copyTimeoutMs = 1_800_000;

/** The frame that is shown at a moment: the last that begins at or before it. `starts` in order; at least one. */
export function frameAt(starts: readonly number[], seconds: number): number {
  // What is asked for comes from a player that counts in milliseconds.
  const after = starts.findIndex((start) => start > seconds + 0.0006);
  return Math.max(0, (after === -1 ? starts.length : after) - 1);
}

/** When the last frame has been shown, in seconds from the begin. `starts` in order; at least one. */
export function endOf(starts: readonly number[], { fpsNum, fpsDen }: Rate): number {
  return (starts.at(-1) ?? 0) + fpsDen / fpsNum;
}

/** How long a clip plays: the gaps in it included, which its count of frames does not have. Throws EncodingError. */
export async function playingSeconds(media: string, rate: Rate): Promise<number> {
  return endOf(await readSampleSeconds(media), rate);
}

/**
 * The frames from the key frame at or before the first one wanted to the key frame at or after the last one: nothing
 * that was asked for is missing, and nothing has to be encoded again.
 */
export function snapToKeyFrames(keySamples: readonly number[], frames: number, wanted: FrameRange): FrameRange {
  const from = keySamples.findLast((key) => key <= wanted.from) ?? 0;
  const to = keySamples.find((key) => key >= wanted.to) ?? frames;
  return { from, to };
}

/**
 * Cuts a stretch of a clip into a new one without re-encoding: the very same coded frames, which is proven by their
 * sizes. Throws EncodingError, or the signal's reason; the clip is untouched.
 */
export async function cutClip(request: CutRequest): Promise<CutClip> {
  const { media, facts, fromSeconds, toSeconds, to, ffmpegPath, signal } = request;
  try {
    const index = await readMp4Index(media);
    const frames = index.sampleBytes.length;
    if (frames !== facts.frames || index.keySamples[0] !== 0) throw notAsSaved(`${frames} frames`);
    const starts = await readSampleSeconds(media);
    const frameSeconds = facts.fpsDen / facts.fpsNum;
    const wanted = { from: frameAt(starts, fromSeconds), to: frameAt(starts, toSeconds - frameSeconds / 2) + 1 };
    const range = snapToKeyFrames(index.keySamples, frames, wanted);
    const startsAtSeconds = starts[range.from] ?? 0;
    const endsAtSeconds = endOf(starts.slice(0, range.to), facts);
    await runFfmpegJob(
      {
        ffmpegPath,
        from: media,
        // A little behind the key frame: the demuxer goes back to it.
        inputOptions: range.from === 0 ? [] : ["-ss", (startsAtSeconds + frameSeconds / 2).toFixed(6)],
        outputOptions: [
          ...["-c", "copy", "-frames:v", String(range.to - range.from), "-fflags", "+bitexact"],
          ...["-movflags", "+faststart", "-use_editlist", "0", "-write_tmcd", "0"],
          ...["-video_track_timescale", String(facts.fpsNum), "-f", "mp4"],
        ],
        to,
        timeoutMs: copyTimeoutMs,
      },
      signal,
    );
    const made = await readMp4Index(to);
    const wantedBytes = index.sampleBytes.slice(range.from, range.to);
    const isSame = made.keySamples[0] === 0 && wantedBytes.every((bytes, at) => bytes === made.sampleBytes[at]);
    if (!isSame || made.sampleBytes.length !== wantedBytes.length) {
      throw notAsSaved(`frames ${range.from} to ${range.to} gave ${made.sampleBytes.length}`);
    }
    await makeDurable(to);
    const { size: sizeBytes } = await stat(to);
    return { range, startsAtSeconds, endsAtSeconds, sizeBytes };
  } catch (error) {
    throw asClipToolError(error, signal);
  }
}

async function makeDurable(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notAsSaved(detail: string): EncodingError {
  return new EncodingError(
    "encoder",
    "This clip could not be cut without losing frames, so it was not. The clip itself is kept; call technical service.",
    new Error(detail),
  );
}
