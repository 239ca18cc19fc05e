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

/** Two filters that drop frames when they are told to: which of them for every how many frames. */
const steps = { half: 2, third: 3 } as const;

/** Off until a command turns them on (`enable` is a command of every filter with timeline support). */
export const thinningFilters = Object.entries(steps)
  .map(([name, step]) => `framestep@${name}=step=${step}:enable=0`)
  .join(",");

/**
 * What to write to ffmpeg's standard input so that the preview shows every `everyNth` frame (1, 2, 3 or 6). ffmpeg looks
 * at its input about ten times a second. https://ffmpeg.org/ffmpeg-filters.html#Changing-options-at-runtime-with-a-command
 */
export function thinningCommands(everyNth: number): string {
  return Object.entries(steps)
    .map(([name, step]) => `cframestep@${name} -1 enable ${everyNth % step === 0 ? 1 : 0}\n`)
    .join("");
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
    // Each picture with its length and its time stamp: a preview that is thinned out keeps its numbers.
    "smjpeg",
    `pipe:${pipes.preview}`,
  ];
}
