import { type DeviceProfile, fullShape } from "../../devices/devices.ts";

/** Looks at the picture a second. */
const looksPerSecond = 2;
const lookWidth = 160;

export interface LookShape {
  readonly width: number;
  readonly height: number;
  /** Every so many frames. */
  readonly everyNth: number;
}

/** A small picture of the luma with every line of the original: what the doctor looks at. One byte a pixel. */
export function lookShape(profile: DeviceProfile): LookShape {
  const { width, height, fpsNum, fpsDen } = fullShape(profile);
  const everyNth = Math.max(1, Math.round(fpsNum / fpsDen / looksPerSecond));
  return { width: Math.min(lookWidth, 2 * Math.floor(width / 2)), height, everyNth };
}
