import { join } from "node:path";
import { readVideo, runFfmpegJob } from "../capture/capture.ts";
import { chooseVideoTransferSyntax } from "../dicom/dicom.ts";
import { clipColour, everyFrame, repeatable } from "./clip-colour.ts";
import { EncodingError } from "./encoding-error.ts";
import { type H264Plan, planH264 } from "./h264-plan.ts";
import { readMp4Index } from "./mp4-index.ts";
import {
  type ClipMediaFacts,
  encodeTimeoutMs,
  lossyCompression,
  type RenditionMedia,
  type RenditionPart,
  type RenditionRequest,
  spatialResampling,
} from "./rendition.ts";
import { splitClip } from "./split-clip.ts";

/** What is made of a clip, besides that it is H.264. */
interface H264Copy {
  readonly plan: H264Plan;
  /** Ahead of the encoder, which gets the plan's size. */
  readonly filters: readonly string[];
  /** For the person at the screen, where it cannot be made. */
  readonly failure: string;
}

/**
 * An HEVC clip as H.264 High (`.102`, or `.104` where it needs that), every frame of it, scaled down only where no level
 * holds its size; in parts where the node takes no more at once. Throws EncodingError.
 */
export async function makeH264(
  request: RenditionRequest<ClipMediaFacts>,
  lossyBefore: RenditionPart["lossyBefore"],
): Promise<RenditionMedia> {
  const { facts } = request;
  if (facts.video.codec === "h264") {
    throw new EncodingError("wrong-kind", "This clip is H.264 already. Correct the node's settings.");
  }
  const plan = planH264(facts, request.transferSyntaxUids);
  const isScaled = plan.width !== facts.width || plan.height !== facts.height;
  const filters = isScaled ? [`scale=${plan.width}:${plan.height}:flags=bicubic+accurate_rnd`, "setsar=1"] : [];
  const failure = "This clip could not be encoded as H.264 as the archive takes it. The original is kept.";
  const parts = await encodeH264(request, { plan, filters, failure });
  return {
    parts: parts.map((part) => ({ ...part, lossyBefore })),
    derivation: [
      "Re-encoded from HEVC to H.264",
      ...(isScaled ? [`scaled from ${facts.width}x${facts.height} to ${plan.width}x${plan.height}`] : []),
      ...(parts.length > 1 ? [`cut at key frames into ${parts.length} parts`] : []),
    ].join("; "),
    derivationCodes: isScaled ? [lossyCompression, spatialResampling] : [lossyCompression],
  };
}

/** The parts of a clip that is encoded again as H.264; each frame is there, which is counted. Throws EncodingError. */
export async function encodeH264(
  request: RenditionRequest<ClipMediaFacts>,
  { plan, filters, failure }: H264Copy,
): Promise<readonly RenditionPart[]> {
  const { media, facts, directory, ffmpegPath, signal } = request;
  const to = join(directory, "h264.mp4");
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      videoFilter: [...filters, "format=yuv420p"].join(","),
      outputOptions: [...encoderOf(facts, plan.level), ...repeatable],
      to,
      timeoutMs: encodeTimeoutMs(facts),
    },
    signal,
  );
  const { video } = await readVideo(to);
  const { width, height, colour } = video;
  const frameRate = facts.fpsNum / facts.fpsDen;
  // What it is was just read from it; its chroma and depth are what the filter said.
  const chosen = chooseVideoTransferSyntax({ ...video, frameRate, chromaFormat: "4:2:0" });
  const { sampleBytes } = await readMp4Index(to);
  const takes = request.transferSyntaxUids;
  const fits = "uid" in chosen && (takes === undefined || takes.includes(chosen.uid));
  if (!fits || sampleBytes.length !== facts.frames) {
    const why = "uid" in chosen ? `${chosen.uid}, ${sampleBytes.length} frames of ${facts.frames}` : chosen.refused;
    throw new EncodingError("encoder", failure, new Error(why));
  }
  const made = { ...facts, width, height, video: { codec: video.codec, colour }, transferSyntaxUid: chosen.uid };
  return splitClip({ ...request, media: to, facts: made });
}

function encoderOf(facts: ClipMediaFacts, level: 41 | 42): string[] {
  const { matrix, range } = clipColour(facts);
  const colour = matrix === "bt601" ? "smpte170m" : "bt709";
  const { fpsNum, fpsDen } = facts;
  const group = String(Math.max(1, Math.floor(fpsNum / fpsDen)));
  return [
    ...everyFrame,
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-maxrate", "50000k", "-bufsize", "50000k"],
    ...["-profile:v", "high", "-level:v", String(level / 10), "-g", group, "-keyint_min", group, "-bf", "0"],
    ...["-x264-params", `8x8dct=1:scenecut=0:force-cfr=1:fps=${fpsNum}/${fpsDen}`, "-threads", "2"],
    ...["-colorspace", colour, "-color_primaries", colour, "-color_trc", colour],
    ...["-color_range", range === "full" ? "pc" : "tv"],
    ...["-f", "mp4", "-movflags", "+faststart", "-use_editlist", "0", "-write_tmcd", "0"],
    ...["-video_track_timescale", String(fpsNum)],
  ];
}
