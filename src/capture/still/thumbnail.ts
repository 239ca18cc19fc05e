import { CaptureError } from "../capture-error.ts";
import { pictureOf } from "../ffmpeg-jobs.ts";
import { stillEndings } from "./still-encoding.ts";

const thumbnail = { maxWidth: 480, quantiser: 4 };
const whole = { quantiser: 2 };

/** A kept capture that a small picture is made of. */
export interface KeptMedia {
  readonly kind: "still" | "clip";
  readonly file: string;
  /** Pixels; what an uncompressed still is read by. */
  readonly width: number;
  readonly height: number;
}

/**
 * Writes a small JPEG, at most 480 pixels wide, of a kept still or of a clip's first picture to `target`. Throws
 * CaptureError "encoder".
 */
export function writeThumbnail(media: KeptMedia, target: string, ffmpegPath: string): Promise<void> {
  return write(media, target, ffmpegPath, thumbnail);
}

/** Writes a still in its full size as a JPEG, which every browser shows. Throws CaptureError "encoder". */
export function writePicture(media: KeptMedia, target: string, ffmpegPath: string): Promise<void> {
  return write(media, target, ffmpegPath, whole);
}

async function write(
  { kind, file, width, height }: KeptMedia,
  target: string,
  ffmpegPath: string,
  how: { readonly maxWidth?: number; readonly quantiser: number },
): Promise<void> {
  try {
    const rawSize = file.endsWith(stillEndings.uncompressed) ? { width, height } : undefined;
    await pictureOf(ffmpegPath, { from: file, to: target, rawSize, ...how });
  } catch (error) {
    throw new CaptureError("encoder", `No picture could be made of this ${kind}.`, error);
  }
}
