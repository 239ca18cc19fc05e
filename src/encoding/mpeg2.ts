import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpegJob } from "../capture/capture.ts";
import { transferSyntaxes } from "../dicom/dicom.ts";
import { clipColour } from "./clip-colour.ts";
import { EncodingError } from "./encoding-error.ts";
import { framesOut, type Mpeg2Plan, mpeg2GroupFrames, mpeg2Parts, planMpeg2 } from "./mpeg2-plan.ts";
import {
  type ClipMediaFacts,
  codecName,
  durationMs,
  encodeTimeoutMs,
  lossyCompression,
  numberedFiles,
  pixelLimit,
  type RenditionMedia,
  type RenditionPart,
  type RenditionRequest,
  spatialResampling,
} from "./rendition.ts";
import { leftViewFilters } from "./stereo-twin.ts";

/**
 * A clip as MPEG-2 Main Profile video (PS3.5 8.2.5, 8.2.6): elementary streams (ISO/IEC 13818-2), progressive, of I and P
 * pictures, each part beginning with a sequence header. Throws EncodingError.
 */
export async function makeMpeg2(
  request: RenditionRequest<ClipMediaFacts>,
  lossyBefore: RenditionPart["lossyBefore"],
): Promise<RenditionMedia> {
  const { media, facts, maxBytes, directory, ffmpegPath, signal } = request;
  const plan = planMpeg2(facts, request.transferSyntaxUids);
  const limitBytes = pixelLimit(maxBytes);
  const ranges = mpeg2Parts(plan, framesOut(plan, facts.frames, facts), limitBytes);
  const cuts = ranges.slice(1).map(({ from }) => from);
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      videoFilter: filterOf(plan, facts),
      outputOptions: [...encoderOf(plan), ...segments(cuts)],
      to: numberedFiles(directory, "part-%04d.m2v"),
      timeoutMs: encodeTimeoutMs(facts),
    },
    signal,
  );
  const parts: RenditionPart[] = [];
  let before = 0;
  const files = (await readdir(directory)).filter((name) => name.endsWith(".m2v")).sort();
  for (const name of files) {
    const path = join(directory, name);
    const { size: sizeBytes } = await stat(path);
    const frames = await countPictures(path, signal);
    if (frames === 0 || sizeBytes > limitBytes) throw notUsable(`${name}: ${frames} frames, ${sizeBytes} bytes`);
    parts.push({
      pixelData: { kind: "encapsulated", path, sizeBytes },
      transferSyntaxUid: plan.transferSyntaxUid,
      photometricInterpretation: "YBR_PARTIAL_420",
      rows: plan.rows,
      columns: plan.columns,
      frames,
      frameRate: { numerator: plan.rate.fpsNum, denominator: plan.rate.fpsDen },
      durationMs: durationMs(frames, plan.rate),
      startOffsetMs: durationMs(before, plan.rate),
      sizeBytes,
      sourceFrame: null,
      lossyBefore,
    });
    before += frames;
  }
  if (plan.keepEvery !== null && before !== framesOut(plan, facts.frames, facts)) {
    throw notUsable(`${before} frames of ${facts.frames}`);
  }
  const isScaled = plan.pictureWidth !== facts.width || plan.pictureHeight !== facts.height;
  return {
    parts,
    derivation: derivationOf(plan, facts, isScaled),
    derivationCodes: isScaled ? [lossyCompression, spatialResampling] : [lossyCompression],
  };
}

function filterOf(plan: Mpeg2Plan, facts: ClipMediaFacts): string {
  const { matrix, range } = clipColour(facts);
  const target = tagsOf(plan).matrix;
  const { pictureWidth, pictureHeight, columns, rows, rate, keepEvery } = plan;
  const even = (value: number): number => 2 * Math.floor(value / 4);
  return [
    ...(keepEvery === null ? [`fps=${rate.fpsNum}/${rate.fpsDen}`] : keepEvery > 1 ? [`framestep=${keepEvery}`] : []),
    ...leftViewFilters(facts),
    `scale=${pictureWidth}:${pictureHeight}:flags=bicubic+accurate_rnd:in_color_matrix=${matrix}:in_range=${range}:out_color_matrix=${target}:out_range=limited`,
    "format=yuv420p",
    `pad=${columns}:${rows}:${even(columns - pictureWidth)}:${even(rows - pictureHeight)}`,
    "setsar=1",
    `settb=${rate.fpsDen}/${rate.fpsNum}`,
    "setpts=N",
  ].join(",");
}

/** High Level is BT.709; Main Level BT.601 of 625 or 525 lines (PS3.5 8.2.5 note 2; ISO/IEC 13818-2 6.3.6). */
function tagsOf(plan: Mpeg2Plan): { readonly matrix: "bt601" | "bt709"; readonly name: string } {
  if (plan.transferSyntaxUid === transferSyntaxes.mpeg2HighLevel) return { matrix: "bt709", name: "bt709" };
  return { matrix: "bt601", name: plan.rows === 576 ? "bt470bg" : "smpte170m" };
}

function encoderOf(plan: Mpeg2Plan): string[] {
  const isHigh = plan.transferSyntaxUid === transferSyntaxes.mpeg2HighLevel;
  const { name } = tagsOf(plan);
  const transfer = name === "bt470bg" ? "gamma28" : name;
  const bits = String(plan.bitsPerSecond);
  // Main Profile is 4; High Level 4, Main Level 8 (ISO/IEC 13818-2 Tables 8-2, 8-3).
  return [
    // The frames come at exactly this rate, numbered from 0: none is doubled or dropped here.
    ...["-fps_mode", "cfr", "-r", `${plan.rate.fpsNum}/${plan.rate.fpsDen}`],
    ...["-c:v", "mpeg2video", "-profile:v", "4", "-level:v", isHigh ? "4" : "8", "-flags", "+cgop+bitexact"],
    ...["-b:v", bits, "-maxrate", bits, "-bufsize", String(plan.bufferBits), "-qmin", "2"],
    ...["-g", String(mpeg2GroupFrames), "-bf", "0", "-sc_threshold", "1000000000", "-threads", "2"],
    ...[
      "-colorspace",
      name === "bt709" ? "bt709" : name,
      "-color_primaries",
      name,
      "-color_trc",
      transfer,
      "-color_range",
      "tv",
    ],
    // High Level shall say 16:9; the encoder says square pixels, which is the same picture (PS3.5 8.2.6).
    ...(isHigh ? ["-bsf:v", "mpeg2_metadata=display_aspect_ratio=16/9"] : []),
  ];
}

function segments(cuts: readonly number[]): string[] {
  const at = cuts.length > 0 ? ["-segment_frames", cuts.join(",")] : ["-segment_time", "1000000"];
  return ["-f", "segment", "-segment_format", "mpeg2video", ...at];
}

/** Picture headers in an elementary stream (start code 00 00 01 00, ISO/IEC 13818-2 6.2.3); no B pictures, no field pairs. */
async function countPictures(path: string, signal: AbortSignal): Promise<number> {
  const startCode = Buffer.from([0, 0, 1, 0]);
  let pictures = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1024 * 1024 })) {
    const bytes = Buffer.concat([rest, chunk]);
    for (let at = bytes.indexOf(startCode); at !== -1; at = bytes.indexOf(startCode, at + 4)) pictures += 1;
    rest = bytes.subarray(Math.max(0, bytes.length - 3));
  }
  return pictures;
}

function derivationOf(plan: Mpeg2Plan, facts: ClipMediaFacts, isScaled: boolean): string {
  const level = plan.transferSyntaxUid === transferSyntaxes.mpeg2HighLevel ? "High" : "Main";
  const shown = (one: { fpsNum: number; fpsDen: number }): string =>
    String(Number((one.fpsNum / one.fpsDen).toFixed(2)));
  const picture = `${plan.pictureWidth}x${plan.pictureHeight}`;
  const raster = `${plan.columns}x${plan.rows}`;
  return [
    `Re-encoded from ${codecName(facts)} to MPEG-2 Main Profile, ${level} Level`,
    ...(isScaled ? [`scaled from ${facts.width}x${facts.height} to ${picture}`] : []),
    ...(picture === raster ? [] : [`black around it to ${raster}`]),
    ...(plan.keepEvery === 1 ? [] : [`${shown(plan.rate)} instead of ${shown(facts)} frames a second`]),
  ].join("; ");
}

function notUsable(detail: string): EncodingError {
  return new EncodingError(
    "encoder",
    "This clip could not be encoded as MPEG-2 video. The original is kept; call technical service.",
    new Error(detail),
  );
}
