import { type DeviceProfile, keepsSourceJpeg } from "../../devices/devices.ts";
import { atOnce, encoderClock, everyFrame, pipes, sourceTimescale } from "./pipes.ts";

/** The full-resolution frames: raw, or the source's own JPEG where that is kept. */
export function fullOutput(profile: DeviceProfile): string[] {
  return keepsSourceJpeg(profile) ? copyOutput() : rawOutput(profile);
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

/**
 * The source's JPEG frames untouched, each in a fragment of its own whose decode time is the frame's time stamp. The muxer would
 * begin at 0 with whatever comes first: were that not the first frame of the source, every JPEG would be paired with another number.
 */
function copyOutput(): string[] {
  const flags = "+empty_moov+default_base_moof+frag_every_frame+frag_discont";
  const container = ["-f", "mov", "-movflags", flags, "-use_editlist", "0", "-write_tmcd", "0"];
  const asItComes = ["-avoid_negative_ts", "disabled"];
  const times = ["-video_track_timescale", String(sourceTimescale)];
  return ["-map", "0:v:0", "-c:v", "copy", ...container, ...asItComes, ...times, ...atOnce, `pipe:${pipes.full}`];
}
