import { createReadStream, createWriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { findFfmpeg } from "../../devices/devices.ts";
import { renameDurable, syncFolder } from "../../lib/durable-file.ts";
import { hashFile } from "../../lib/file-jobs.ts";
import { CaptureError } from "../capture-error.ts";
import type { FinishedClip } from "../capture-types.ts";
import { remux } from "../ffmpeg-jobs.ts";
import { type GrowingClip, scanGrowingClip } from "./clip-file.ts";
import { readVideo } from "./video-file.ts";

let found: Promise<string> | null = null;

/** Where the caller names no ffmpeg: the one that findFfmpeg() finds, looked for once. */
function anyFfmpeg(): Promise<string> {
  found ??= findFfmpeg().then(({ path }) => path);
  found.catch(() => {
    found = null;
  });
  return found;
}

/**
 * Makes a finished clip of a growing one: also of one that a crash cut off anywhere, up to its last whole fragment. The
 * `.part` stays until discardPart. Durable when it returns. May be called again after any failure. Throws CaptureError
 * "nothing-recorded" (no whole fragment), "disk" or "encoder".
 */
export async function finaliseClip(partFile: string, finalFile: string, ffmpegPath?: string): Promise<FinishedClip> {
  const growing = await cutToWhole(partFile);
  const remuxed = `${finalFile}.remux.part`;
  try {
    await remux(ffmpegPath ?? (await anyFfmpeg()), partFile, remuxed);
    const handle = await open(remuxed, "r+");
    const { size: sizeBytes } = await handle.stat();
    await handle.sync();
    await handle.close();
    const clip = await describe(remuxed, growing);
    const sha256 = await hashFile(remuxed, sizeBytes);
    await renameDurable(remuxed, finalFile);
    return { ...clip, file: finalFile, sizeBytes, sha256 };
  } catch (error) {
    await rm(remuxed, { force: true });
    throw asCaptureError(error);
  }
}

/** Removes the growing file once the finished one is known to the database. */
export async function discardPart(partFile: string): Promise<void> {
  await rm(partFile, { force: true });
  await syncFolder(dirname(partFile));
}

const keptTailBytes = 4 * 1024 * 1024;

/** Copies what is behind the last whole fragment to `.tail` beside the file; durable when it resolves. */
async function keepTail(partFile: string, from: number): Promise<void> {
  await pipeline(createReadStream(partFile, { start: from }), createWriteStream(`${partFile}.tail`, { flush: true }));
}

async function cutToWhole(partFile: string): Promise<GrowingClip> {
  const handle = await open(partFile, "r+").catch((error: unknown) => {
    throw new CaptureError("nothing-recorded", "The recording reached no disk: there is nothing to keep.", error);
  });
  try {
    const growing = await scanGrowingClip(handle);
    if (growing.movie === null || growing.frames === 0) {
      throw new CaptureError("nothing-recorded", "The recording ended before its first picture was on the disk.");
    }
    const { size } = await handle.stat();
    if (size > growing.wholeBytes) {
      // More than a half fragment and ffmpeg's index: damage in the middle. A person may still save what follows it.
      if (size - growing.wholeBytes > keptTailBytes) await keepTail(partFile, growing.wholeBytes);
      await handle.truncate(growing.wholeBytes);
      await handle.sync();
    }
    return growing;
  } finally {
    await handle.close();
  }
}

async function describe(
  file: string,
  growing: GrowingClip,
): Promise<Omit<FinishedClip, "file" | "sizeBytes" | "sha256">> {
  const { video, frames: samples } = await readVideo(file);
  const { fpsNum, fpsDen, firstSeq, missing } = growing;
  const notices: string[] = [];
  if (missing > 0) notices.push(`${missing} frames are missing in the middle.`);
  if (samples !== growing.frames) notices.push(`${growing.frames - samples} frames could not be copied.`);
  return {
    frames: samples,
    firstSeq,
    lastSeq: firstSeq + growing.frames + missing - 1,
    durationMs: Math.round((samples * 1000 * fpsDen) / fpsNum),
    width: video.width,
    height: video.height,
    fpsNum,
    fpsDen,
    video,
    startedAtMs: null,
    pressedSeq: null,
    lostFrames: missing + growing.frames - samples || null,
    notice: notices.join(" ") || null,
  };
}

/** Tells a full disk from the rest; ffmpeg says it in words only. */
export function asCaptureError(error: unknown): CaptureError {
  if (error instanceof CaptureError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|EDQUOT|No space left/i.test(text)) {
    return new CaptureError(
      "disk",
      "The disk is full: this was not kept whole. What was kept before is safe. Call your technician to make room; then press again.",
      error,
    );
  }
  if (/EIO|EROFS|EACCES|EPERM|ENOENT|too slow/.test(text)) {
    return new CaptureError("disk", "The disk does not take the recording. Call technical service.", error);
  }
  return new CaptureError("encoder", "The recording could not be finished. What is on the disk is kept.", error);
}
