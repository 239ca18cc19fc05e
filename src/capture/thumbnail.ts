import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFfmpeg } from "../devices/devices.ts";
import { CaptureError } from "./capture-error.ts";
import { pictureOf } from "./ffmpeg-jobs.ts";

const maxWidth = 480;

/** A small JPEG, at most 480 pixels wide, of a kept still or of a clip's first picture. Throws CaptureError "encoder". */
export async function thumbnailOf(kind: "still" | "clip", file: string, ffmpegPath?: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "scopeline-thumbnail-"));
  const target = join(folder, "thumbnail.jpg");
  try {
    await pictureOf(ffmpegPath ?? (await findFfmpeg()).path, file, target, maxWidth);
    return await readFile(target);
  } catch (error) {
    throw new CaptureError("encoder", `No small picture could be made of this ${kind}.`, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
