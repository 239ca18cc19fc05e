import { clipShape, type DeviceProfile, fullShape } from "../../devices/devices.ts";

/** Which of the encoder's pipes carries what. */
export const stillPipes = { still: 1, thumbnail: 3 } as const;

const thumbnailWidth = 480;

/**
 * Arguments of an ffmpeg that turns raw frames on stdin into stills on stdout and a small JPEG of each beside it. A JPEG
 * is as JFIF means it: BT.601, full range. Lossless stills hold RGB, to which the picture is converted as exactly as 8
 * bits allow.
 */
export function stillArguments(profile: DeviceProfile): string[] {
  const { width, height } = fullShape(profile);
  const raw = ["-f", "rawvideo", "-pixel_format", profile.input.pixelFormat, "-video_size", `${width}x${height}`];
  return [
    ...quiet,
    ...["-probesize", "32", "-analyzeduration", "0", ...raw, "-i", "pipe:0"],
    ...stillOutputs(profile, { width, height, range: profile.colour.range }, ""),
  ];
}

/**
 * Arguments of an ffmpeg that takes one frame, by its number, out of recorded fragments on stdin, and makes the same of it.
 * It is found by its own time stamp: where that is missing nothing comes out, never another one.
 */
export function recordedStillArguments(profile: DeviceProfile, seq: number): string[] {
  const { width, height, fpsNum, fpsDen } = clipShape(profile);
  const own = `settb=${fpsDen}/${fpsNum},select=eq(pts\\,${seq}),${viewsSwapped(profile)}`;
  return [
    ...quiet,
    ...["-copyts", "-f", "mp4", "-i", "pipe:0"],
    ...stillOutputs(profile, { width, height, range: "limited" }, own),
  ];
}

const quiet = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "repeat+level+warning"];

/** A recording has the left view first; a still has the views as the source gives them. */
function viewsSwapped({ stereo }: DeviceProfile): string {
  if (stereo?.first !== "right") return "";
  const isBeside = stereo.packing === "side-by-side";
  const view = (at: 0 | 1): string => (isBeside ? `crop=iw/2:ih:${at}*iw/2:0` : `crop=iw:ih/2:0:${at}*ih/2`);
  return `split[one][two];[one]${view(1)}[first];[two]${view(0)}[second];[first][second]${isBeside ? "hstack" : "vstack"},`;
}

interface StillInput {
  readonly width: number;
  readonly height: number;
  readonly range: "limited" | "full";
}

/** The filters behind `before`, and both outputs. */
function stillOutputs(profile: DeviceProfile, { width, height, range }: StillInput, before: string): string[] {
  const { matrix } = profile.colour;
  const from = `in_color_matrix=${matrix}:in_range=${range}`;
  const jfif = `${from}:out_color_matrix=bt601:out_range=full`;
  const small = Math.min(thumbnailWidth, width);
  const smallHeight = Math.max(2, 2 * Math.round((height * small) / width / 2));
  const still =
    profile.still.encoding === "jpeg"
      ? `scale=flags=bicubic:${jfif},format=yuvj422p`
      : `scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp:${from}:out_range=full,format=rgb24`;
  const thumbnail = `scale=${small}:${smallHeight}:flags=fast_bilinear:${jfif},format=yuvj420p`;
  const graph = `[0:v:0]${before}split=2[s][t];[s]${still},setsar=1[still];[t]${thumbnail},setsar=1[thumbnail]`;
  return [
    ...["-filter_complex", graph],
    // First, for it is quick: whoever waits for both has the small one while the still is being encoded.
    ...["-map", "[thumbnail]", "-fps_mode", "passthrough", ...jpeg(4), "-f", "mjpeg", `pipe:${stillPipes.thumbnail}`],
    ...["-map", "[still]", "-fps_mode", "passthrough", ...codec(profile), `pipe:${stillPipes.still}`],
  ];
}

function codec({ still }: DeviceProfile): string[] {
  if (still.encoding === "jpeg") return [...jpeg(still.quantiser), "-f", "mjpeg"];
  const words = still.encoding === "jpeg-ls" ? ["jpegls", "-f", "image2pipe"] : ["rawvideo", "-f", "rawvideo"];
  return ["-threads", "1", "-flush_packets", "1", "-flags", "+bitexact", "-c:v", ...words];
}

function jpeg(quantiser: number): string[] {
  // Optimal Huffman tables would cost a second pass over every picture, 10 ms at 1080p, for some 5 % of its size.
  const tables = ["-c:v", "mjpeg", "-threads", "1", "-huffman", "default"];
  return [...tables, "-qmin", "1", "-q:v", String(quantiser), "-flags", "+bitexact", "-flush_packets", "1"];
}
