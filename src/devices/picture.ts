/** Sizes and rates that follow from a profile. Pure. */
import type { DeviceProfile, PixelFormat } from "./device-profile.ts";

export interface PictureShape {
  readonly width: number;
  readonly height: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
}

/** Full-resolution frames as they are kept: after the crop, at the rate after deinterlacing. */
export function fullShape(profile: DeviceProfile): PictureShape {
  const { input, crop, deinterlace } = profile;
  return {
    width: crop?.width ?? input.width,
    height: crop?.height ?? input.height,
    fpsNum: deinterlace === "field" ? input.fps.num * 2 : input.fps.num,
    fpsDen: input.fps.den,
  };
}

/** What a clip records. */
export function clipShape(profile: DeviceProfile): PictureShape {
  const full = fullShape(profile);
  return profile.clip.scale === undefined ? full : { ...full, ...profile.clip.scale };
}

/** The card's own JPEG is the still: it delivers JPEG and the profile changes nothing in the picture. */
export function keepsSourceJpeg(profile: DeviceProfile): boolean {
  const { matrix, range } = profile.colour;
  // JFIF means BT.601 full range: bytes that mean something else have to be converted.
  const isJfif = matrix === "bt601" && range === "full";
  return formatOf(profile) === "mjpeg" && isJfif && profile.crop === undefined && profile.deinterlace === "none";
}

/** How the picture is coded when it arrives. */
export function formatOf(profile: DeviceProfile): "raw" | "mjpeg" | "h264" | "hevc" | "mpeg2video" {
  const { input } = profile;
  return "format" in input ? input.format : "raw";
}

export type SourceLossyMethod = "ISO_10918_1" | "ISO_14496_10" | "ISO_23008_2" | "ISO_13818_2";

/** What the source's own coding lost before us, in the terms of PS3.3 C.7.6.1.1.5.1; null: nothing. */
export function sourceLossyMethod(profile: DeviceProfile): SourceLossyMethod | null {
  const format = formatOf(profile);
  switch (format) {
    case "raw":
      return null;
    case "mjpeg":
      return "ISO_10918_1";
    case "h264":
      return "ISO_14496_10";
    case "hevc":
      return "ISO_23008_2";
    case "mpeg2video":
      return "ISO_13818_2";
    default:
      return format satisfies never;
  }
}

/** Bytes of one raw frame as ffmpeg's rawvideo writes it. */
export function frameBytes(format: PixelFormat, width: number, height: number): number {
  const halfWidth = Math.ceil(width / 2);
  const halfHeight = Math.ceil(height / 2);
  switch (format) {
    case "yuv420p":
    case "yuvj420p":
    case "nv12":
      return width * height + 2 * halfWidth * halfHeight;
    case "yuv422p":
    case "yuvj422p":
      return width * height + 2 * halfWidth * height;
    case "yuyv422":
    case "uyvy422":
      return 4 * halfWidth * height;
    case "yuv444p":
    case "rgb24":
    case "bgr24":
      return width * height * 3;
    default:
      return format satisfies never;
  }
}
