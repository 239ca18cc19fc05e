import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CaptureError, discardPart, finaliseClip } from "../capture/capture.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Database } from "../store/store.ts";
import type { Captures } from "./captures.ts";
import { findCapture } from "./rows.ts";

export interface RescueOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly ffmpegPath: string;
  readonly captures: Captures;
  readonly clock: Clock;
  readonly log: Log;
}

/** What was found and done about it. */
export interface RescueReport {
  readonly rescuedClips: readonly string[];
  readonly lostClips: readonly string[];
  /** Leftovers of presses that were never answered, removed. */
  readonly removedFiles: number;
}

const rescuedNotice = "The box stopped during this recording; this is what was on the disk.";

/**
 * After a crash or a power cut: clips that were being recorded are finished from what reached the disk; a still without
 * a row was never acknowledged and goes. Call before the first press.
 */
export async function rescue(options: RescueOptions): Promise<RescueReport> {
  const { database, storageDirectory, ffmpegPath, captures, log } = options;
  const media = join(storageDirectory, "media");
  const names = await readdir(media);
  const rescuedClips: string[] = [];
  const lostClips: string[] = [];
  let removedFiles = 0;
  for (const { id, file, state } of interruptedClips(database)) {
    const target = join(storageDirectory, file);
    if (state === "failed" && !(await exists(`${target}.part`))) continue;
    try {
      const clip = await finaliseClip(`${target}.part`, target, ffmpegPath);
      database.prepare("UPDATE capture SET state = 'recording' WHERE id = ? AND state = 'failed'").run(id);
      captures.saveRescued(id, clip, rescuedNotice);
      rescuedClips.push(id);
    } catch (error) {
      const nothing = error instanceof CaptureError && error.code === "nothing-recorded";
      log.warn(
        { capture: id, error: String(error) },
        nothing ? "an interrupted clip held no picture" : "a clip could not be rescued",
      );
      captures.failRescued(id, error);
      lostClips.push(id);
      if (nothing) await discardPart(`${target}.part`);
    }
  }
  for (const name of names) {
    if (await isLeftover(database, media, name)) {
      await rm(join(media, name), { force: true });
      removedFiles += 1;
    }
  }
  removedFiles += await removeParts(join(storageDirectory, "instances"));
  removedFiles += await removeParts(join(storageDirectory, "thumbnails"));
  return { rescuedClips, lostClips, removedFiles };
}

/** Clips in progress, and clips that failed to finish while their growing file is still there. */
function interruptedClips(database: Database): { id: string; file: string; state: string }[] {
  const rows = database
    .prepare(
      "SELECT id, file, state FROM capture WHERE kind = 'clip' AND state IN ('recording', 'failed') ORDER BY pressed_at",
    )
    .all();
  return rows as { id: string; file: string; state: string }[];
}

/** A file that no row speaks of: a still between its rename and its commit, or the half of one. Growing clips never are. */
async function isLeftover(database: Database, media: string, name: string): Promise<boolean> {
  const [id = ""] = name.split(".");
  const capture = findCapture(database, id);
  if (name.endsWith(".mp4.part")) {
    // The finished file is durable and in the database: the growing one is not needed any more.
    return capture?.state === "saved" && (await exists(join(media, `${id}.mp4`)));
  }
  if (name.endsWith(".mp4")) return capture === undefined;
  return capture === undefined || name.endsWith(".part");
}

async function removeParts(folder: string): Promise<number> {
  const parts = (await readdir(folder)).filter((name) => name.endsWith(".part"));
  for (const name of parts) await rm(join(folder, name), { force: true });
  return parts.length;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
