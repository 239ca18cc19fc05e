import { CaptureError } from "../capture-error.ts";
import { pictureOf } from "../ffmpeg-jobs.ts";

const maxWidth = 480;

/**
 * Writes a small JPEG, at most 480 pixels wide, of a kept still or of a clip's first picture to `target`. Throws
 * CaptureError "encoder".
 */
export async function writeThumbnail(
  kind: "still" | "clip",
  file: string,
  target: string,
  ffmpegPath: string,
): Promise<void> {
  try {
    await pictureOf(ffmpegPath, file, target, maxWidth);
  } catch (error) {
    throw new CaptureError("encoder", `No small picture could be made of this ${kind}.`, error);
  }
}
