import { open } from "node:fs/promises";
import { runFfmpegJob } from "../capture/capture.ts";
import type { LossySource } from "../dicom/dicom.ts";
import { everyFrame, jpegEncoder, jpegFilter } from "./clip-colour.ts";
import { frameAt } from "./cut-clip.ts";
import { asClipToolError, EncodingError } from "./encoding-error.ts";
import { recordedLoss } from "./make-rendition.ts";
import { readMp4Index, readSampleSeconds } from "./mp4-index.ts";
import type { ClipMediaFacts } from "./rendition.ts";

export interface FrameRequest {
  /** The clip: an MP4 with its index first. It is only read. */
  readonly media: string;
  readonly facts: ClipMediaFacts;
  /** A frame of it, from 0, or a moment of its playing time. */
  readonly at: { readonly frame: number } | { readonly seconds: number };
  /** Where the JPEG goes; a file that is there is replaced. */
  readonly to: string;
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
}

/** A still taken from a clip: a JPEG, 4:2:2, of the clip's own size, durable on the disk. */
export interface FrameOfClip {
  readonly frame: number;
  /** When it plays in the clip. */
  readonly seconds: number;
  readonly sizeBytes: number;
  /** What the recording had lost before. */
  readonly lossyBefore: readonly LossySource[];
}

const timeoutMs = 120_000;

/** Decodes exactly that frame, from the key frame before it. Throws EncodingError, or the signal's reason. */
export async function frameOfClip(request: FrameRequest): Promise<FrameOfClip> {
  const { media, facts, at, to, ffmpegPath, signal } = request;
  try {
    const { keySamples } = await readMp4Index(media);
    const starts = await readSampleSeconds(media);
    const frame = "frame" in at ? at.frame : frameAt(starts, at.seconds);
    const key = keySamples.findLast((sample) => sample <= frame);
    const [seconds, keySeconds] = [starts[frame], starts[key ?? -1]];
    if (key === undefined || seconds === undefined || keySeconds === undefined) throw notThere(frame);
    const half = facts.fpsDen / facts.fpsNum / 2;
    await runFfmpegJob(
      {
        ffmpegPath,
        from: media,
        // All frames from the key frame on are decoded and counted, so that a rounded time picks no neighbour.
        inputOptions: key === 0 ? [] : ["-noaccurate_seek", "-ss", (keySeconds + half).toFixed(6)],
        videoFilter: `select=eq(n\\,${frame - key}),${jpegFilter(facts)}`,
        outputOptions: [...everyFrame, "-frames:v", "1", ...jpegEncoder, "-f", "mjpeg"],
        to,
        timeoutMs,
      },
      signal,
    );
    const sizeBytes = await durableSize(to);
    if (sizeBytes === 0) throw notThere(frame);
    return { frame, seconds, sizeBytes, lossyBefore: await recordedLoss({ media, facts }) };
  } catch (error) {
    throw asClipToolError(error, signal);
  }
}

async function durableSize(file: string): Promise<number> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

function notThere(frame: number): EncodingError {
  return new EncodingError(
    "unreadable",
    "This picture of the clip cannot be read. Choose another; if none can be, call technical service.",
    new Error(`frame ${frame}`),
  );
}
