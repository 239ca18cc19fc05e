import { createReadStream } from "node:fs";
import { join } from "node:path";
import { JpegSplitter, runFfmpegJob } from "../capture/capture.ts";
import { transferSyntaxes } from "../dicom/dicom.ts";
import { everyFrame, jpegEncoder, jpegFilter, repeatable } from "./clip-colour.ts";
import { EncodingError } from "./encoding-error.ts";
import {
  type ClipMediaFacts,
  codecName,
  durationMs,
  encodeTimeoutMs,
  lossyCompression,
  pixelLimit,
  type RenditionMedia,
  type RenditionPart,
  type RenditionRequest,
} from "./rendition.ts";
import { leftViewFilters } from "./stereo-twin.ts";

/** More single pictures than this open slowly, or not at all, in viewers that know Secondary Capture only. */
const maxFrames = 1000;
const maxTries = 4;
const maxJpegBytes = 64 * 1024 * 1024;
/** An item header and a byte of padding for each frame, and its place in the offset table. */
const bytesAroundFrame = 16;

/**
 * A clip as JPEG Baseline frames in one Instance; frames are left out evenly until there are at most 1000 and the Instance
 * is within its limit. Throws EncodingError.
 */
export async function makeJpegFrames(
  request: RenditionRequest<ClipMediaFacts>,
  lossyBefore: RenditionPart["lossyBefore"],
): Promise<RenditionMedia> {
  const { facts, directory, signal } = request;
  const limitBytes = pixelLimit(request.maxBytes) - maxFrames * bytesAroundFrame;
  const path = join(directory, "frames.mjpeg");
  let keepEvery = Math.ceil(facts.frames / maxFrames);
  for (let tries = 0; tries < maxTries && limitBytes > 0; tries += 1) {
    const expected = Math.ceil(facts.frames / keepEvery);
    await encodeFrames(request, path, keepEvery, limitBytes);
    const frameBytes = await jpegLengths(path, signal);
    const sizeBytes = frameBytes.reduce((sum, bytes) => sum + bytes, 0);
    if (frameBytes.length === expected && sizeBytes <= limitBytes) {
      return mediaOf(request, { path, frameBytes, sizeBytes, keepEvery }, lossyBefore);
    }
    if (expected === 1) break;
    // ffmpeg stopped at the limit: what did fit says how many frames to leave out.
    const stretch = (expected * 1.1) / Math.max(1, frameBytes.length);
    keepEvery = Math.min(facts.frames, Math.max(keepEvery + 1, Math.ceil(keepEvery * stretch)));
  }
  throw new EncodingError(
    "too-large",
    "The archive's limit is too small for single pictures of this clip. Raise the node's maxInstanceBytes.",
  );
}

function encodeFrames(
  { media, facts, ffmpegPath, signal }: RenditionRequest<ClipMediaFacts>,
  to: string,
  keepEvery: number,
  limitBytes: number,
): Promise<void> {
  const select = keepEvery > 1 ? [`select=not(mod(n\\,${keepEvery}))`] : [];
  return runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      videoFilter: [...select, ...leftViewFilters(facts), jpegFilter(facts)].join(","),
      outputOptions: [...everyFrame, ...jpegEncoder, ...repeatable, "-fs", String(limitBytes), "-f", "mjpeg"],
      to,
      timeoutMs: encodeTimeoutMs(facts),
    },
    signal,
  );
}

/** How long each JPEG of a file of JPEGs is. */
async function jpegLengths(path: string, signal: AbortSignal): Promise<readonly number[]> {
  const lengths: number[] = [];
  const splitter = new JpegSplitter(maxJpegBytes, (jpeg) => lengths.push(jpeg.length));
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 256 * 1024 })) splitter.push(chunk);
  return lengths;
}

interface Frames {
  readonly path: string;
  readonly frameBytes: readonly number[];
  readonly sizeBytes: number;
  readonly keepEvery: number;
}

function mediaOf(
  { facts }: RenditionRequest<ClipMediaFacts>,
  { path, frameBytes, sizeBytes, keepEvery }: Frames,
  lossyBefore: RenditionPart["lossyBefore"],
): RenditionMedia {
  const rate = { fpsNum: facts.fpsNum, fpsDen: facts.fpsDen * keepEvery };
  const part: RenditionPart = {
    pixelData: { kind: "frames", path, frameBytes },
    transferSyntaxUid: transferSyntaxes.jpegBaseline,
    photometricInterpretation: "YBR_FULL_422",
    rows: facts.height,
    columns: facts.width,
    frames: frameBytes.length,
    frameRate: { numerator: rate.fpsNum, denominator: rate.fpsDen },
    durationMs: durationMs(frameBytes.length, rate),
    startOffsetMs: 0,
    sizeBytes,
    sourceFrame: null,
    lossyBefore,
  };
  const left =
    keepEvery === 1 ? "" : `; every ${keepEvery}${ordinal(keepEvery)} frame, ${frameBytes.length} of ${facts.frames}`;
  return {
    parts: [part],
    derivation: `Re-encoded from ${codecName(facts)} to single JPEG pictures${left}`,
    derivationCodes: [lossyCompression],
  };
}

function ordinal(number: number): string {
  const tens = number % 100;
  if (tens >= 11 && tens <= 13) return "th";
  return ["th", "st", "nd", "rd"][number % 10] ?? "th";
}
