import type { DeviceProfile } from "../../devices/devices.ts";
import { atOnce, encoderClock, everyFrame, pipes } from "./pipes.ts";

/** The small pictures of the signal doctor: luma, one byte a pixel. */
export function lookOutput(profile: DeviceProfile): string[] {
  const format = ["-c:v", "rawvideo", "-pix_fmt", "gray", "-f", "rawvideo"];
  return ["-map", "[look]", ...everyFrame, ...encoderClock(profile), ...format, ...atOnce, `pipe:${pipes.look}`];
}
