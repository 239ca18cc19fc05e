import { clipShape, type DeviceProfile, fullShape, keepsSourceJpeg } from "../../devices/devices.ts";
import { lookShape } from "../doctor/look.ts";
import { pipes, sourceTimescale } from "./pipes.ts";
import { previewSize, thinningFilters } from "./preview-output.ts";

/** Of the picture that arrives, pixels. */
export interface ArrivingSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Counts frames from 0 at the nominal rate: the same number in every output, whatever the device's clock says.
 * `arriving`: a size that is not the profile's; it is fitted in with bars, never stretched.
 * `everyNth`: of the frames, one in so many is shown and goes out at full resolution; clips hold all.
 * `hasFull`: false where no full-resolution frames go out at all.
 * `encoderFilters`: what the encoder of clips wants behind the last filter, with its comma; null: none makes clips of these pictures.
 */
export function filterGraph(
  profile: DeviceProfile,
  arriving: ArrivingSize | null = null,
  encoderFilters: string | null = "",
  everyNth = 1,
  hasFull = true,
): string {
  const { input, crop, deinterlace } = profile;
  const { fpsNum, fpsDen } = fullShape(profile);
  const noRaw = keepsSourceJpeg(profile) || !hasFull;
  // What the numbers mean is said before anything is converted, or ffmpeg would guess the range from the format.
  const head = [setColour(profile), ...fitted(profile, arriving), `format=${input.pixelFormat}`];
  if (deinterlace !== "none") head.push(`bwdif=mode=send_${deinterlace}`);
  if (crop !== undefined) head.push(`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`);
  // The source's own time stamp of each frame, before it gets its number.
  head.push(`settb=1/${sourceTimescale}`, "metadata=mode=add:key=scopeline:value=1");
  head.push(`metadata=mode=print:key=scopeline:file=pipe\\\\:${pipes.times}:direct=1`);
  head.push(`settb=${fpsDen}/${fpsNum}`, "setpts=N", setColour(profile), "setsar=1");
  const thinned = everyNth > 1 ? `select=not(mod(n\\,${everyNth})),` : "";
  const preview = previewSize(profile);
  const clip = clipShape(profile);
  const { matrix } = profile.colour;
  const toPreview = `${thinningFilters},${scaleColour(profile, preview.width, preview.height, "bt601", "full", "fast_bilinear")},format=yuvj420p`;
  const toClip = `${scaleColour(profile, clip.width, clip.height, matrix, "limited", "bicubic")},format=yuv420p${leftFirst(profile)}`;
  const branches = [
    `[p]${thinned}${toPreview}[preview]`,
    ...(everyNth > 1 && !noRaw ? [`[f]${thinned}null[full]`] : []),
    ...(encoderFilters === null ? [] : [`[c]${toClip}${encoderFilters}[clip]`]),
    `[l]${lookFilters(profile)}[look]`,
  ];
  const outlets = ["[p]", noRaw ? "" : everyNth > 1 ? "[f]" : "[full]", encoderFilters === null ? "" : "[c]", "[l]"];
  const split = `split=${outlets.filter(Boolean).length}${outlets.join("")}`;
  return [`[0:v:0]${head.join(",")},${split}`, ...branches].join(";");
}

/** To the profile's size: as it comes, or with its own sides in proportion between bars of black. */
function fitted({ input }: DeviceProfile, arriving: ArrivingSize | null): string[] {
  const { width, height } = input;
  if (arriving === null) return [`scale=${width}:${height}`];
  const scale = Math.min(width / arriving.width, height / arriving.height);
  const even = (side: number, limit: number): number =>
    Math.min(limit, Math.max(2, 2 * Math.round((side * scale) / 2)));
  const size = `${even(arriving.width, width)}:${even(arriving.height, height)}`;
  // pad knows no packed formats; 4:4:4 lets a bar begin at any pixel.
  return [`scale=${size}`, "format=yuv444p", `pad=${width}:${height}:-1:-1`];
}

/** The luma as it is, its numbers unchanged: few columns, every line, about two a second. */
function lookFilters(profile: DeviceProfile): string {
  const { width, height, everyNth } = lookShape(profile);
  const { range } = profile.colour;
  const size = `scale=${width}:${height}:flags=area:in_range=${range}:out_range=${range}`;
  return `select=not(mod(n\\,${everyNth})),${size},format=yuv444p,extractplanes=y,format=gray`;
}

/**
 * The stream says how views are packed only as the profile does, whatever a network source says of itself; x264 always
 * says that the left one is first, so it is put there.
 */
function leftFirst({ stereo }: DeviceProfile): string {
  const own = ",sidedata=mode=delete:type=STEREO3D";
  if (stereo?.first !== "right") return own;
  const isBeside = stereo.packing === "side-by-side";
  const view = (at: 0 | 1): string => (isBeside ? `crop=iw/2:ih:${at}*iw/2:0` : `crop=iw:ih/2:0:${at}*ih/2`);
  const views = `[first]${view(1)}[left];[second]${view(0)}[right]`;
  return `${own},split[first][second];${views};[left][right]${isBeside ? "hstack" : "vstack"}`;
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

export const colourName = (matrix: "bt601" | "bt709"): string => (matrix === "bt601" ? "smpte170m" : "bt709");
