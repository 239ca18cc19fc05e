/** What the levels of H.264 and HEVC allow (ITU-T H.264 Table A-1, H.265 Table A.8). Pure. */
import type { DeviceProfile } from "./device-profile.ts";
import { clipShape } from "./picture.ts";

/** Macroblocks of 16×16 a picture and a second. */
const h264Levels = {
  "4.1": { macroblocks: 8192, macroblocksPerSecond: 245_760 },
  "4.2": { macroblocks: 8704, macroblocksPerSecond: 522_240 },
} as const;
type H264Level = keyof typeof h264Levels;

/** Luma samples a picture and a second; kbit/s of the Main tier. */
const hevc51 = { samples: 8_912_896, samplesPerSecond: 534_773_760, kbps: 40_000 };

/** Whether H.264 of the highest level that DICOM knows holds the clips of a profile. */
export function fitsH264(profile: DeviceProfile): boolean {
  return h264Reasons(profile, "4.2").length === 0;
}

/** What of a profile's clips is beyond the level of its encoder, in sentences; empty: nothing. */
export function levelReasons(profile: DeviceProfile): string[] {
  const { codec, level, preferred = [], maxBitrateKbps } = profile.clip.encoder;
  const isHevc = codec === "libx265";
  const others = preferred.filter((id) => id.startsWith("hevc_") !== isHevc);
  if (others.length > 0) {
    return [`${others.join(", ")} does not make what ${codec} makes. Correct clip.encoder.preferred.`];
  }
  if (isHevc !== (level === "5.1")) {
    return [`clip.encoder.level of ${codec} is ${isHevc ? "5.1" : "4.1 or 4.2"}, not ${level}. Correct it.`];
  }
  if (level !== "5.1") return h264Reasons(profile, level);
  const tooMuch = maxBitrateKbps > hevc51.kbps;
  return [
    ...hevcReasons(profile),
    ...(tooMuch ? [`HEVC level 5.1 allows ${hevc51.kbps} kbit/s. Lower clip.encoder.maxBitrateKbps.`] : []),
  ];
}

function h264Reasons(profile: DeviceProfile, level: H264Level): string[] {
  const { width, height, fpsNum, fpsDen } = clipShape(profile);
  const { macroblocks, macroblocksPerSecond } = h264Levels[level];
  const perPicture = Math.ceil(width / 16) * Math.ceil(height / 16);
  if (perPicture > macroblocks) {
    return [`${width}×${height} is larger than H.264 level ${level} allows (1920×1080). Scale or crop the clip.`];
  }
  if ((perPicture * fpsNum) / fpsDen <= macroblocksPerSecond) return [];
  const cure = level === "4.1" ? "Use level 4.2 or a lower rate" : "Use a lower rate or a smaller clip";
  return [
    `${width}×${height} at ${rateOf(profile)} frames a second is more than H.264 level ${level} allows. ${cure}.`,
  ];
}

function hevcReasons(profile: DeviceProfile): string[] {
  const { width, height, fpsNum, fpsDen } = clipShape(profile);
  const isTooLarge = width * height > hevc51.samples || Math.max(width, height) > Math.sqrt(8 * hevc51.samples);
  if (isTooLarge) return [`${width}×${height} is larger than HEVC level 5.1 allows. Scale or crop the clip.`];
  if ((width * height * fpsNum) / fpsDen <= hevc51.samplesPerSecond) return [];
  const words = `${width}×${height} at ${rateOf(profile)} frames a second is more than HEVC level 5.1 allows`;
  return [`${words}. Use a lower rate or a smaller clip.`];
}

function rateOf(profile: DeviceProfile): number {
  const { fpsNum, fpsDen } = clipShape(profile);
  return Number((fpsNum / fpsDen).toFixed(2));
}
