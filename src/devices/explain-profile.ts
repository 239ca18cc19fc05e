import type { Capabilities } from "./capabilities.ts";
import type { DeviceProfile } from "./device-profile.ts";
import { fitsH264, levelReasons } from "./levels.ts";
import { clipShape, formatOf, fullShape, keepsSourceJpeg } from "./picture.ts";

/** Why a profile cannot be used with this ffmpeg; empty: it can. Sentences for the person at the screen. Pure. */
export function explainProfile(profile: DeviceProfile, can: Capabilities): string[] {
  return [
    ...deckLinkReasons(profile, can),
    ...unableReasons(profile, can),
    ...sizeReasons(profile),
    ...levelReasons(profile),
    ...stereoReasons(profile),
  ];
}

function deckLinkReasons({ input }: DeviceProfile, can: Capabilities): string[] {
  if (input.kind !== "decklink" || can.demuxers.has("decklink")) return [];
  return [
    "The installed ffmpeg cannot read DeckLink cards; Debian's cannot. Build one with Blackmagic's SDK (--enable-decklink) and name it under ffmpeg.path: docs/inputs.md.",
  ];
}

function unableReasons(profile: DeviceProfile, can: Capabilities): string[] {
  const { input } = profile;
  const needs: [ReadonlySet<string>, string, string][] = [
    [can.encoders, "encoder", neededEncoder(profile, can)],
    [can.encoders, "encoder", "mjpeg"],
    [can.muxers, "muxer", "mp4"],
  ];
  for (const filter of neededFilters(profile)) needs.push([can.filters, "filter", filter]);
  if (profile.still.encoding === "jpeg-ls") needs.push([can.encoders, "encoder", "jpegls"]);
  if (keepsSourceJpeg(profile)) needs.push([can.muxers, "muxer", "mov"]);
  if (formatOf(profile) !== "raw") needs.push([can.decoders, "decoder", formatOf(profile)]);
  switch (input.kind) {
    case "v4l2":
      needs.push([can.demuxers, "input device", "video4linux2"]);
      break;
    case "rtsp":
      needs.push(
        [can.demuxers, "demuxer", "rtsp"],
        [can.inputProtocols, "protocol", input.transport === "tcp" ? "tcp" : "udp"],
      );
      break;
    case "srt":
      needs.push([can.demuxers, "demuxer", "mpegts"], [can.inputProtocols, "protocol", "srt"]);
      break;
    case "udp":
      needs.push([can.demuxers, "demuxer", "mpegts"]);
      needs.push([can.inputProtocols, "protocol", input.url.startsWith("rtp:") ? "rtp" : "udp"]);
      break;
    case "file":
      needs.push([can.inputProtocols, "protocol", "file"]);
      break;
    case "pipe":
      needs.push([can.demuxers, "demuxer", "rawvideo"], [can.inputProtocols, "protocol", "file"]);
      break;
    case "decklink":
      break;
    case "simulated":
      needs.push([can.demuxers, "input device", "lavfi"]);
      break;
    default:
      input satisfies never;
  }
  return needs
    .filter(([has, , name]) => !has.has(name))
    .map(
      ([, what, name]) =>
        `The installed ffmpeg has no ${what} "${name}". Install Debian's ffmpeg or another full build.`,
    );
}

/** Where ffmpeg has no libx265, libx264 takes its place for clips that H.264 may hold. */
function neededEncoder(profile: DeviceProfile, can: Capabilities): string {
  const { codec } = profile.clip.encoder;
  return codec === "libx265" && !can.encoders.has(codec) && fitsH264(profile) ? "libx264" : codec;
}

function neededFilters(profile: DeviceProfile): string[] {
  const filters = ["scale", "format", "setpts", "settb", "setparams", "split", "sidedata"];
  if (profile.stereo?.first === "right") filters.push(profile.stereo.packing === "side-by-side" ? "hstack" : "vstack");
  if (profile.stereo?.first === "right" && profile.crop === undefined) filters.push("crop");
  if (profile.crop !== undefined) filters.push("crop");
  if (profile.deinterlace !== "none") filters.push("bwdif");
  if (keepsSourceJpeg(profile)) filters.push("metadata");
  const { input } = profile;
  if (input.kind !== "simulated") return filters;
  filters.push("drawbox", "realtime");
  if (input.picture === undefined || input.picture === "microscope") filters.push("movie", "loop", "overlay");
  if (input.picture === "bars") filters.push("smptehdbars");
  if (input.picture === "chart") filters.push("colorchart");
  return filters;
}

function sizeReasons(profile: DeviceProfile): string[] {
  const { input, crop } = profile;
  const reasons: string[] = [];
  if (crop !== undefined && (crop.x + crop.width > input.width || crop.y + crop.height > input.height)) {
    reasons.push(`The crop reaches outside the picture of ${input.width}×${input.height}. Make it smaller.`);
  }
  for (const [what, shape] of [
    ["frames", fullShape(profile)],
    ["clip", clipShape(profile)],
  ] as const) {
    if (shape.width % 2 !== 0 || shape.height % 2 !== 0) {
      reasons.push(`The ${what} would be ${shape.width}×${shape.height}; both must be even. Crop or scale by one.`);
    }
  }
  return reasons;
}

/** Both views are squeezed to half, as stereo television does it: a 1920×1080 picture holds two of 960×1080. */
function stereoReasons(profile: DeviceProfile): string[] {
  const { stereo } = profile;
  if (stereo === undefined) return [];
  const { width, height } = clipShape(profile);
  const reasons: string[] = [];
  if (profile.clip.encoder.codec !== "libx264" || (profile.clip.encoder.preferred ?? []).length > 0) {
    reasons.push(
      "libx264 alone marks both views of a stereo clip. Set clip.encoder.codec to it and remove clip.encoder.preferred.",
    );
  }
  const side = stereo.packing === "side-by-side" ? width : height;
  if (side % 4 !== 0) {
    reasons.push(
      `Half of the stereo clip of ${width}×${height} must be even too. Scale the clip to a multiple of four.`,
    );
  }
  if (width > 2 * height || height > width) {
    reasons.push(
      `A stereo clip of ${width}×${height} holds views that are not squeezed to half. Scale the clip to the size of one view.`,
    );
  }
  return reasons;
}
