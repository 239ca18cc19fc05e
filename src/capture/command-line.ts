/** From a device profile to the arguments of the one ffmpeg child that makes preview, full frames and H.264. Pure. */
import { clipShape, type DeviceInput, type DeviceProfile, fullShape, keepsSourceJpeg } from "../devices/devices.ts";
import { simulatedMicroscope } from "./simulated-microscope.ts";

/** File descriptors of the child; `times` carries the time stamp of each frame, for sources whose own JPEG is kept. */
export const pipes = { preview: 3, full: 4, clip: 5, times: 6 } as const;

/** Time base of `times` and of the copied JPEG frames: microseconds. */
export const copyTimescale = 1_000_000;

export const fragmentSeconds = 0.25;

export interface PreviewSize {
  readonly width: number;
  readonly height: number;
}

const previewWidth = 960;
const previewQuantiser = 4;

/** The preview's size: as wide as 960, never larger than the picture, even. */
export function previewSize(profile: DeviceProfile): PreviewSize {
  const { width, height } = fullShape(profile);
  const scale = Math.min(1, previewWidth / width);
  const even = (value: number): number => Math.max(16, 2 * Math.round((value * scale) / 2));
  return { width: even(width), height: even(height) };
}

/** Arguments for ffmpeg. Every frame that leaves the decoder goes through all three outputs and counts as one. */
export function sourceArguments(profile: DeviceProfile): string[] {
  return [
    ...["-hide_banner", "-nostats", "-loglevel", "repeat+level+warning"],
    ...inputArguments(profile.input),
    ...["-filter_complex", filterGraph(profile)],
    ...previewOutput(profile),
    ...(keepsSourceJpeg(profile) ? copyOutput() : rawOutput(profile)),
    ...clipOutput(profile),
  ];
}

function inputArguments(input: DeviceInput): string[] {
  const size = `${input.width}x${input.height}`;
  const rate = `${input.fps.num}/${input.fps.den}`;
  const extra = Object.entries(input.options).flatMap(([name, value]) => [`-${name}`, value]);
  // Frame threads of the decoder hold frames back; one thread keeps the picture live.
  const decoder = ["-threads", "1", "-flags", "low_delay", "-reinit_filter", "0"];
  const quickStart = ["-probesize", "1000000", "-analyzeduration", "1000000"];
  switch (input.kind) {
    case "v4l2": {
      const format = input.format === "raw" ? input.pixelFormat : input.format;
      const asked = ["-f", "v4l2", "-input_format", format, "-framerate", rate, "-video_size", size];
      return [...asked, ...decoder, ...extra, "-i", input.device];
    }
    case "rtsp":
      return [
        ...["-rtsp_transport", input.transport, "-timeout", "5000000", ...quickStart, ...decoder, ...extra],
        ...["-i", input.url],
      ];
    case "srt":
      return ["-timeout", "5000000", ...quickStart, ...decoder, ...extra, "-f", "mpegts", "-i", input.url];
    case "udp": {
      const container = input.url.startsWith("udp:") ? ["-f", "mpegts"] : [];
      return [...quickStart, ...decoder, ...container, ...extra, "-i", input.url];
    }
    case "file":
      return ["-re", "-stream_loop", "-1", ...decoder, ...extra, "-i", input.file];
    case "simulated": {
      const graph = simulatedMicroscope(input.width, input.height, input.fps.num, input.fps.den);
      return ["-f", "lavfi", ...extra, "-i", graph];
    }
    default:
      return input satisfies never;
  }
}

/** Counts frames from 0 at the nominal rate: the same number in every output, whatever the device's clock says. */
function filterGraph(profile: DeviceProfile): string {
  const { input, crop, deinterlace } = profile;
  const { fpsNum, fpsDen } = fullShape(profile);
  const keepsJpeg = keepsSourceJpeg(profile);
  // What the numbers mean is said before anything is converted, or ffmpeg would guess the range from the format.
  const head = [setColour(profile), `scale=${input.width}:${input.height}`, `format=${input.pixelFormat}`];
  if (deinterlace !== "none") head.push(`bwdif=mode=send_${deinterlace}`);
  if (crop !== undefined) head.push(`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`);
  if (keepsJpeg) {
    head.push(`settb=1/${copyTimescale}`, "metadata=mode=add:key=scopeline:value=1");
    head.push(`metadata=mode=print:key=scopeline:file=pipe\\\\:${pipes.times}:direct=1`);
  }
  head.push(`settb=${fpsDen}/${fpsNum}`, "setpts=N", setColour(profile), "setsar=1");
  const preview = previewSize(profile);
  const clip = clipShape(profile);
  const { matrix } = profile.colour;
  const toPreview = `${scaleColour(profile, preview.width, preview.height, "bt601", "full", "fast_bilinear")},format=yuvj420p`;
  const toClip = `${scaleColour(profile, clip.width, clip.height, matrix, "limited", "bicubic")},format=yuv420p`;
  const branches = [`[p]${toPreview}[preview]`, `[c]${toClip}[clip]`];
  const split = keepsJpeg ? "split=2[p][c]" : "split=3[p][full][c]";
  return [`[0:v:0]${head.join(",")},${split}`, ...branches].join(";");
}

function setColour(profile: DeviceProfile): string {
  const { matrix, range } = profile.colour;
  const name = colourName(matrix);
  return `setparams=range=${range}:colorspace=${name}:color_primaries=${name}:color_trc=${name}`;
}

/** A scale that says what the numbers meant before and mean after; ffmpeg's own guess would be BT.601. */
function scaleColour(
  profile: DeviceProfile,
  width: number,
  height: number,
  matrix: "bt601" | "bt709",
  range: "limited" | "full",
  flags: string,
): string {
  const from = `in_color_matrix=${profile.colour.matrix}:in_range=${profile.colour.range}`;
  return `scale=${width}:${height}:flags=${flags}:${from}:out_color_matrix=${matrix}:out_range=${range}`;
}

const colourName = (matrix: "bt601" | "bt709"): string => (matrix === "bt601" ? "smpte170m" : "bt709");

const everyFrame = ["-fps_mode", "passthrough"];
const atOnce = ["-flush_packets", "1"];

/**
 * The encoder's clock is the graph's, not the rate the input declares: where the two differ (29.97 under a profile of
 * 30, 25 under 30) numbers would collide and the encoder would give up.
 */
function encoderClock(profile: DeviceProfile): string[] {
  const { fpsNum, fpsDen } = fullShape(profile);
  return ["-enc_time_base", `${fpsDen}/${fpsNum}`];
}

function previewOutput(profile: DeviceProfile): string[] {
  // Frame threads of the encoder would hold the picture back by 30 to 60 ms.
  const encoder = ["-c:v", "mjpeg", "-threads", "1", "-q:v", String(previewQuantiser), "-huffman", "default"];
  return [
    "-map",
    "[preview]",
    ...everyFrame,
    ...encoderClock(profile),
    ...encoder,
    ...atOnce,
    "-f",
    "mjpeg",
    `pipe:${pipes.preview}`,
  ];
}

function rawOutput(profile: DeviceProfile): string[] {
  const format = ["-c:v", "rawvideo", "-pix_fmt", profile.input.pixelFormat];
  return [
    "-map",
    "[full]",
    ...everyFrame,
    ...encoderClock(profile),
    ...format,
    ...atOnce,
    "-f",
    "rawvideo",
    `pipe:${pipes.full}`,
  ];
}

/** The source's JPEG frames untouched, each in a fragment of its own whose decode time is the frame's time stamp. */
function copyOutput(): string[] {
  const flags = "+empty_moov+default_base_moof+frag_every_frame+frag_discont";
  const container = ["-f", "mov", "-movflags", flags, "-use_editlist", "0", "-write_tmcd", "0"];
  const times = ["-video_track_timescale", String(copyTimescale)];
  return ["-map", "0:v:0", "-c:v", "copy", ...container, ...times, ...atOnce, `pipe:${pipes.full}`];
}

function clipOutput(profile: DeviceProfile): string[] {
  const { encoder } = profile.clip;
  const { fpsNum, fpsDen } = clipShape(profile);
  const gop = Math.max(1, Math.floor((fpsNum / fpsDen) * encoder.gopSeconds));
  const colour = colourName(profile.colour.matrix);
  // ultrafast leaves 8x8dct out and would then be Constrained Baseline. No B-frames and no look-ahead: nothing is held.
  const x264 = `8x8dct=1:scenecut=0:sliced-threads=0:force-cfr=1:fps=${fpsNum}/${fpsDen}`;
  const rate = [
    "-crf",
    String(encoder.crf),
    "-maxrate",
    `${encoder.maxBitrateKbps}k`,
    "-bufsize",
    `${encoder.maxBitrateKbps}k`,
  ];
  return [
    ...["-map", "[clip]", ...everyFrame, ...encoderClock(profile)],
    ...["-c:v", encoder.codec, "-preset", encoder.preset, "-tune", "zerolatency", ...rate],
    ...["-profile:v", "high", "-level:v", encoder.level, "-g", String(gop), "-keyint_min", String(gop), "-bf", "0"],
    ...["-x264-params", x264, "-threads", "2"],
    ...["-colorspace", colour, "-color_primaries", colour, "-color_trc", colour, "-color_range", "tv"],
    ...[
      "-f",
      "mp4",
      "-movflags",
      "+empty_moov+default_base_moof+frag_keyframe",
      "-video_track_timescale",
      String(fpsNum),
    ],
    ...["-frag_duration", String(fragmentSeconds * 1e6), ...atOnce, `pipe:${pipes.clip}`],
  ];
}

/** The command to paste into a shell; its pipes go nowhere there. */
export function shellLine(ffmpegPath: string, args: readonly string[]): string {
  const quoted = [ffmpegPath, ...args].map((word) =>
    /^[A-Za-z0-9_./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  const sinks = Object.values(pipes).map((fd) => `${fd}>/dev/null`);
  return [...quoted, ...sinks].join(" ");
}
