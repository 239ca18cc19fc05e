import { clipShape, type DeviceProfile, fullShape, keepsSourceJpeg } from "../../devices/devices.ts";
import { pipes, sourceTimescale } from "./pipes.ts";
import { previewSize } from "./preview-output.ts";

/** Counts frames from 0 at the nominal rate: the same number in every output, whatever the device's clock says. */
export function filterGraph(profile: DeviceProfile): string {
  const { input, crop, deinterlace } = profile;
  const { fpsNum, fpsDen } = fullShape(profile);
  const keepsJpeg = keepsSourceJpeg(profile);
  // What the numbers mean is said before anything is converted, or ffmpeg would guess the range from the format.
  const head = [setColour(profile), `scale=${input.width}:${input.height}`, `format=${input.pixelFormat}`];
  if (deinterlace !== "none") head.push(`bwdif=mode=send_${deinterlace}`);
  if (crop !== undefined) head.push(`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`);
  // The source's own time stamp of each frame, before it gets its number.
  head.push(`settb=1/${sourceTimescale}`, "metadata=mode=add:key=scopeline:value=1");
  head.push(`metadata=mode=print:key=scopeline:file=pipe\\\\:${pipes.times}:direct=1`);
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

export const colourName = (matrix: "bt601" | "bt709"): string => (matrix === "bt601" ? "smpte170m" : "bt709");
