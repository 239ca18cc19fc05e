import { type DeviceProfile, fullShape } from "../../devices/devices.ts";
import { atOnce, encoderClock, everyFrame, pipes } from "./pipes.ts";

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

export function previewOutput(profile: DeviceProfile): string[] {
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
