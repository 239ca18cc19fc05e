import { type DeviceProfile, fullShape } from "../../devices/devices.ts";

/**
 * File descriptors of the child; `full` is the one that RawPipe can be, `times` carries the source's own time stamp of each frame that was counted, `look` the
 * small pictures of the signal doctor.
 */
export const pipes = { full: 1, preview: 3, clip: 4, times: 5, look: 6 } as const;

/** Those beyond the three that every process has. */
export const furtherPipes = Object.values(pipes).filter((descriptor) => descriptor > 2).length;

/** Behind them the child reads the stream of a network encoder that is kept as it comes. */
export const copiedPipe = 7;

/** Of `times` and of the copied JPEG frames: microseconds. */
export const sourceTimescale = 1_000_000;

export const fragmentSeconds = 0.25;

export const everyFrame = ["-fps_mode", "passthrough"];
export const atOnce = ["-flush_packets", "1"];

/**
 * The encoder's clock is the graph's, not the rate the input declares: where the two differ (29.97 under a profile of
 * 30, 25 under 30) numbers would collide and the encoder would give up.
 */
export function encoderClock(profile: DeviceProfile): string[] {
  const { fpsNum, fpsDen } = fullShape(profile);
  return ["-enc_time_base", `${fpsDen}/${fpsNum}`];
}
