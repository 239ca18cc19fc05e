/** Clips and stills for the encoding room, made by ffmpeg, and Instances made of what that room makes of them. */
import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  composeClip,
  composeMultiFrameTrueColor,
  composeStill,
  type DataSet,
  derivedUid,
  type SopReference,
  type StillSopClassName,
  sopClasses,
  textOf,
  transferSyntaxes,
  type VideoSopClassName,
  writePart10,
} from "../../src/dicom/dicom.ts";
import {
  type ClipMediaFacts,
  type LadderStep,
  ladderOf,
  type OriginalEncoding,
  type RenditionMedia,
  type RenditionPart,
  type Rung,
} from "../../src/encoding/encoding.ts";
import { clipInput, stillInput } from "./dicom-fixture.ts";

export interface TestClip {
  readonly path: string;
  readonly facts: ClipMediaFacts;
}

export interface ClipShape {
  readonly graph: string;
  readonly width: number;
  readonly height: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
  readonly frames: number;
  readonly gop: number;
}

/** A clip as the capture room records it: H.264 High, no B frames, key frames at a fixed distance, BT.709 limited. */
export async function recordClip(path: string, shape: ClipShape): Promise<TestClip> {
  const { graph, width, height, fpsNum, fpsDen, frames, gop } = shape;
  const filter = `scale=${width}:${height}:out_color_matrix=bt709:out_range=limited,format=yuv420p,setsar=1`;
  ffmpeg([
    ...[
      "-f",
      "lavfi",
      "-i",
      `${graph}${graph.includes("=") ? ":" : "="}size=${width}x${height}:rate=${fpsNum}/${fpsDen}`,
      "-frames:v",
      String(frames),
    ],
    ...["-vf", filter, "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-level", "4.1", "-crf", "18"],
    ...["-x264-params", "8x8dct=1:scenecut=0", "-g", String(gop), "-keyint_min", String(gop), "-bf", "0"],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
    ...["-movflags", "+faststart", "-use_editlist", "0", "-video_track_timescale", String(fpsNum), path],
  ]);
  const colour = { fullRange: false, primaries: 1, transfer: 1, matrix: 1 };
  const transferSyntaxUid = transferSyntaxes.h264HighLevel41;
  return {
    path,
    facts: { kind: "clip", width, height, frames, fpsNum, fpsDen, video: { codec: "h264", colour }, transferSyntaxUid },
  };
}

export function ffmpeg(args: readonly string[]): Buffer {
  return execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...args], {
    timeout: 120_000,
    maxBuffer: 256 * 1024 * 1024,
  });
}

/** The MD5 of each decoded frame. */
export function frameHashes(path: string): readonly string[] {
  const lines = ffmpeg(["-i", path, "-map", "0:v:0", "-f", "framemd5", "-"]).toString("utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

export interface Written {
  readonly path: string;
  readonly dataSet: DataSet;
  readonly part: RenditionPart;
  readonly transferSyntaxUid: string;
}

const original: OriginalEncoding = {
  kind: "clip",
  sopClass: "videoMicroscopic",
  transferSyntaxUid: transferSyntaxes.h264HighLevel41,
};
const source: SopReference = {
  referencedSopClassUid: sopClasses.videoMicroscopic.uid,
  referencedSopInstanceUid: "1.2.3.4",
};

/** Each part of a rendition as a Part 10 file, composed as the procedures room does. */
export async function writeRendition(
  folder: string,
  rung: Rung,
  media: RenditionMedia,
  from: OriginalEncoding = original,
): Promise<readonly Written[]> {
  const step = ladderOf(from, [rung]).at(0);
  if (step === undefined) throw new Error(`no such rung: ${rung}`);
  return Promise.all(media.parts.map((part, at) => writePart(folder, step, media, part, at)));
}

async function writePart(
  folder: string,
  step: LadderStep,
  media: RenditionMedia,
  part: RenditionPart,
  at: number,
): Promise<Written> {
  const sopInstanceUid = derivedUid(`${step.rung} ${at} ${folder}`);
  const derivation =
    media.derivation === null
      ? undefined
      : {
          description: media.derivation,
          codes: media.derivationCodes,
          sources: [part.sourceFrame === null ? source : { ...source, referencedFrameNumbers: [part.sourceFrame] }],
        };
  const of = media.parts.length;
  const instance = {
    sopInstanceUid,
    instanceNumber: at + 1,
    derivation,
    part: of > 1 ? { number: at + 1, of, acquisitionNumber: 1 } : undefined,
  };
  const dataSet = compose(step, part, instance);
  const path = join(folder, `${step.rung}-${at}.dcm`);
  const { pixelData, transferSyntaxUid } = part;
  await writePart10(path, { sopClassUid: step.sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, pixelData });
  if (textOf(dataSet, "SOPClassUID") !== step.sopClassUid) throw new Error("composed as another class");
  return { path, dataSet, part, transferSyntaxUid };
}

type Instance = Pick<
  ReturnType<typeof clipInput>["instance"],
  "sopInstanceUid" | "instanceNumber" | "derivation" | "part"
>;

function compose(step: LadderStep, part: RenditionPart, added: Instance): DataSet {
  const { rows, columns, frames, frameRate, durationMs, sizeBytes, transferSyntaxUid, lossyBefore } = part;
  if (sopClasses[step.sopClass].kind === "still") {
    const input = stillInput(step.sopClass as StillSopClassName, sizeBytes);
    const isJpegLs = transferSyntaxUid === transferSyntaxes.jpegLsLossless;
    const encoding = part.pixelData.kind === "native" ? "uncompressed" : isJpegLs ? "jpeg-ls" : "jpeg";
    const photometricInterpretation = part.photometricInterpretation === "RGB" ? "RGB" : "YBR_FULL_422";
    const still = { rows, columns, samplesPerPixel: 3, photometricInterpretation, sizeBytes, encoding } as const;
    const { instance } = input;
    return composeStill({
      ...input,
      instance: { ...instance, ...added },
      still: { ...still, sourceWasLossy: lossyBefore },
    });
  }
  if (frameRate === null) throw new Error("a clip without a frame rate");
  const clip = { rows, columns, numberOfFrames: frames, frameRate, sizeBytes, durationMs, sourceWasLossy: lossyBefore };
  const input = clipInput(step.sopClass as VideoSopClassName, sizeBytes, transferSyntaxUid);
  if (step.sopClass === "multiFrameTrueColor") {
    const instance = { ...input.instance, ...added, sopClass: "multiFrameTrueColor" } as const;
    return composeMultiFrameTrueColor({ ...input, instance, clip });
  }
  return composeClip({ ...input, instance: { ...input.instance, ...added }, clip: { ...clip, transferSyntaxUid } });
}

export async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}
