import { stat } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpegJob } from "../capture/capture.ts";
import { fragmentableTwin } from "../dicom/dicom.ts";
import { EncodingError } from "./encoding-error.ts";
import { readMp4Index } from "./mp4-index.ts";
import { type FrameRange, planParts } from "./plan-parts.ts";
import {
  type ClipMediaFacts,
  durationMs,
  fitsOneFragment,
  numberedFiles,
  pixelLimit,
  type RenditionPart,
  type RenditionRequest,
} from "./rendition.ts";

const copyTimeoutMs = 1_800_000;

/**
 * A clip as it was recorded in parts that fit into Instances of `maxBytes`: cut at key frames, without re-encoding, each
 * an MP4 with its index first that plays by itself. Every frame is in exactly one part. One part, the file itself, where
 * the whole fits. The same clip and limit give the same files. Where the node takes the fragmentable twin of the clip's
 * transfer syntax, a part may be beyond 4 GB, in fragments of 1 GB. Throws EncodingError.
 */
export async function splitClip(
  request: Omit<RenditionRequest<ClipMediaFacts>, "rung">,
): Promise<readonly RenditionPart[]> {
  const { media, facts, maxBytes, directory, ffmpegPath, signal } = request;
  const syntaxes = syntaxesOf(request);
  const limitBytes = pixelLimit(maxBytes, syntaxes.inFragments !== undefined);
  const { size: wholeBytes } = await stat(media);
  const index = await readMp4Index(media);
  const whole = { from: 0, to: index.sampleBytes.length };
  if (whole.to !== facts.frames) throw notAsSaved(`${whole.to} frames instead of ${facts.frames}`);
  if (wholeBytes <= limitBytes) return [partOf(media, wholeBytes, whole, facts, syntaxes)];
  const ranges = planParts(index, limitBytes);
  const cuts = ranges.slice(1).map(({ from }) => from);
  const container = `movflags=+faststart:use_editlist=0:write_tmcd=0:video_track_timescale=${facts.fpsNum}`;
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      outputOptions: [
        ...["-c", "copy", "-f", "segment", "-segment_format", "mp4", "-segment_format_options", container],
        ...["-reset_timestamps", "1", "-fflags", "+bitexact"],
        ...(cuts.length > 0 ? ["-segment_frames", cuts.join(",")] : ["-segment_time", "1000000"]),
      ],
      to: numberedFiles(directory, "part-%04d.mp4"),
      timeoutMs: copyTimeoutMs,
    },
    signal,
  );
  const parts: RenditionPart[] = [];
  for (const [at, range] of ranges.entries()) {
    const file = join(directory, `part-${String(at).padStart(4, "0")}.mp4`);
    const { size } = await stat(file);
    const made = await readMp4Index(file);
    if (made.sampleBytes.length !== range.to - range.from || made.keySamples[0] !== 0 || size > limitBytes) {
      throw notAsSaved(`part ${at + 1} has ${made.sampleBytes.length} frames and ${size} bytes`);
    }
    parts.push(partOf(file, size, range, facts, syntaxes));
  }
  return parts;
}

interface Syntaxes {
  /** undefined: the node takes fragments only. */
  readonly inOneFragment: string | undefined;
  /** undefined: one fragment holds the whole stream. */
  readonly inFragments: string | undefined;
}

function syntaxesOf({
  facts,
  transferSyntaxUids,
}: Pick<RenditionRequest<ClipMediaFacts>, "facts" | "transferSyntaxUids">): Syntaxes {
  const { transferSyntaxUid } = facts;
  const twin = fragmentableTwin(transferSyntaxUid);
  if (twin === undefined || transferSyntaxUids?.includes(twin) !== true) {
    return { inOneFragment: transferSyntaxUid, inFragments: undefined };
  }
  return {
    inOneFragment: transferSyntaxUids.includes(transferSyntaxUid) ? transferSyntaxUid : undefined,
    inFragments: twin,
  };
}

/** Readers that count in 31 bits are common. */
const fragmentBytes = 1_073_741_824;

function partOf(
  path: string,
  sizeBytes: number,
  { from, to }: FrameRange,
  facts: ClipMediaFacts,
  { inOneFragment, inFragments }: Syntaxes,
): RenditionPart {
  const isInOne = inFragments === undefined || (inOneFragment !== undefined && fitsOneFragment(sizeBytes));
  const stream = { kind: "encapsulated", path, sizeBytes } as const;
  return {
    pixelData: isInOne ? stream : { ...stream, maxFragmentBytes: fragmentBytes },
    transferSyntaxUid: isInOne ? (inOneFragment ?? facts.transferSyntaxUid) : inFragments,
    photometricInterpretation: "YBR_PARTIAL_420",
    rows: facts.height,
    columns: facts.width,
    frames: to - from,
    frameRate: { numerator: facts.fpsNum, denominator: facts.fpsDen },
    durationMs: durationMs(to - from, facts),
    startOffsetMs: durationMs(from, facts),
    sizeBytes,
    sourceFrame: null,
    lossyBefore: [],
  };
}

function notAsSaved(detail: string): EncodingError {
  return new EncodingError(
    "encoder",
    "This clip could not be cut into parts without losing frames, so it was not. Call technical service.",
    new Error(detail),
  );
}
