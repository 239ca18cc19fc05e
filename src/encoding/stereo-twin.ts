import { join } from "node:path";
import { readH264, runFfmpegJob } from "../capture/capture.ts";
import { chooseVideoTransferSyntax, transferSyntaxes } from "../dicom/dicom.ts";
import { clipColour, everyFrame, repeatable } from "./clip-colour.ts";
import { EncodingError } from "./encoding-error.ts";
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

/** Said first of whatever is made of a stereo clip for those who see in two dimensions. */
const leftViewWords = "Left view of a stereo pair, scaled to the whole picture";

/** The filters that leave the left view, in the size of the packed picture; none where each frame is one view. */
export function leftViewFilters({ h264, width, height }: ClipMediaFacts): string[] {
  const { framePacking } = h264;
  if (framePacking === undefined || framePacking.packing === "other") return [];
  const at = framePacking.first === "right" ? 1 : 0;
  const crop =
    framePacking.packing === "side-by-side"
      ? `crop=${width / 2}:${height}:${(at * width) / 2}:0`
      : `crop=${width}:${height / 2}:0:${(at * height) / 2}`;
  // Each view was squeezed to half, which the packed picture's own pixels do not say.
  return [crop, `scale=${width}:${height}:flags=bicubic+accurate_rnd`, "setsar=1"];
}

/** A derivation with what was done to a stereo clip before. */
export function withLeftView(facts: ClipMediaFacts, media: RenditionMedia): RenditionMedia {
  if (leftViewFilters(facts).length === 0) return media;
  return {
    ...media,
    derivation: media.derivation === null ? leftViewWords : `${leftViewWords}; ${media.derivation}`,
    derivationCodes: [
      ...media.derivationCodes,
      ...(media.derivationCodes.includes(spatialResampling) ? [] : [spatialResampling]),
    ],
  };
}

/**
 * The 2D twin of a stereo clip: its left view as H.264 High (`.102`, or `.104` where it needs that), every frame of it, in
 * parts where the node takes no more at once. Throws EncodingError.
 */
export async function makeLeftView(
  request: RenditionRequest<ClipMediaFacts>,
  lossyBefore: RenditionPart["lossyBefore"],
): Promise<RenditionMedia> {
  const { media, facts, directory, ffmpegPath, signal } = request;
  const filters = leftViewFilters(facts);
  if (filters.length === 0) {
    throw new EncodingError("wrong-kind", "This clip holds no stereo views, so there is no left view to send.");
  }
  const to = join(directory, "left-view.mp4");
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      videoFilter: [...filters, "format=yuv420p"].join(","),
      outputOptions: [...encoderOf(facts, levelFor(facts, request.transferSyntaxUids)), ...repeatable],
      to,
      timeoutMs: encodeTimeoutMs(facts),
    },
    signal,
  );
  const { h264 } = await readH264(to);
  const made = { ...facts, width: h264.width, height: h264.height, h264: { colour: h264.colour } };
  const chosen = chooseVideoTransferSyntax(streamOf(facts, h264.levelIdc, h264));
  const { sampleBytes } = await readMp4Index(to);
  const takes = request.transferSyntaxUids;
  const fits = "uid" in chosen && (takes === undefined || takes.includes(chosen.uid));
  if (!fits || sampleBytes.length !== facts.frames) {
    throw new EncodingError(
      "encoder",
      "The left view of this stereo clip could not be made as the archive takes it. The original is kept.",
      new Error("uid" in chosen ? `${chosen.uid}, ${sampleBytes.length} frames of ${facts.frames}` : chosen.refused),
    );
  }
  const parts = await splitClip({ ...request, media: to, facts: { ...made, transferSyntaxUid: chosen.uid } });
  return withLeftView(facts, {
    parts: parts.map((part) => ({ ...part, lossyBefore })),
    derivation: `Re-encoded as H.264${parts.length > 1 ? `; cut at key frames into ${parts.length} parts` : ""}`,
    derivationCodes: [lossyCompression],
  });
}

/** 41 wherever the size and rate are within it and the node takes that. */
function levelFor(facts: ClipMediaFacts, takes: readonly string[] | undefined): 41 | 42 {
  const chosen = chooseVideoTransferSyntax(streamOf(facts, 41, { profileIdc: 100, constraintFlags: 0 }));
  const isWithin = "uid" in chosen && chosen.uid === transferSyntaxes.h264HighLevel41;
  return isWithin && takes?.includes(transferSyntaxes.h264HighLevel41) !== false ? 41 : 42;
}

function streamOf(
  { width, height, fpsNum, fpsDen }: ClipMediaFacts,
  levelIdc: number,
  { profileIdc, constraintFlags }: { readonly profileIdc: number; readonly constraintFlags: number },
) {
  const coded = { codec: "h264", chromaFormat: "4:2:0", bitDepth: 8, interlaced: false } as const;
  return { ...coded, profileIdc, constraintFlags, levelIdc, width, height, frameRate: fpsNum / fpsDen };
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
