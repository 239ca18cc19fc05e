import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { CaptureError, type FinishedClip, finaliseClip, stillEndings } from "../capture/capture.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Database } from "../store/store.ts";
import type { SavedAside } from "./capture-book.ts";
import type { Captures } from "./captures.ts";
import type { Capture } from "./procedure.ts";
import { findCapture, rescuedClipsSince } from "./rows.ts";

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
  /** Files that no row knows, put aside: never deleted, a database may have been replaced. */
  readonly leftovers: number;
  /** Halves of stills, thumbnails and instances, removed: never acknowledged, or made again. */
  readonly removedParts: number;
  /** Settles, and never rejects, when every interrupted clip is rescued or known to be beyond it. */
  readonly finished: Promise<readonly RescuedClip[]>;
}

export interface RescuedClip {
  readonly captureId: string;
  readonly procedureId: string;
  readonly isSaved: boolean;
}

/** How long a picture is in memory at most before it is on the disk: a fragment, and what the disk takes (clip-writer). */
const mostInMemoryMs = 1_000;
const fragmentMs = 250;

/** How much is missing after the last picture of a growing clip, at most; `sinceWrittenMs`: since it last grew. */
export function missingMsOf(sinceWrittenMs: number): number {
  return Math.min(mostInMemoryMs, Math.max(0, Math.round(sinceWrittenMs)) + fragmentMs);
}

function rescuedNotice(durationMs: number, missingMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  const kept = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const missing = `at most ${(missingMs / 1000).toFixed(1)} s after that are missing`;
  return `The box stopped during this recording. Kept is what was on the disk, ${kept}; ${missing}.`;
}

/**
 * After a crash or a power cut. At once: halves go, files that no row knows are put aside. In the background, one after
 * the other: clips that were being recorded are finished from what reached the disk. Call before the first press.
 */
export async function rescue(options: RescueOptions): Promise<RescueReport> {
  const { database, storageDirectory, captures } = options;
  const media = join(storageDirectory, "media");
  const clips: InterruptedClip[] = [];
  for (const clip of interruptedClips(database)) {
    // A clip that failed and left nothing behind is history.
    const left = clip.state === "recording" || (await exists(join(storageDirectory, `${clip.file}.part`)));
    if (left) clips.push(clip);
  }
  let leftovers = 0;
  let removedParts = 0;
  for (const name of await readdir(media)) {
    const fate = fateOf(name, findCapture(database, name.split(".")[0] ?? ""));
    if (fate === "remove") {
      await rm(join(media, name), { force: true });
      removedParts += 1;
    } else if (fate === "put-aside") {
      await putAside(storageDirectory, name);
      leftovers += 1;
    }
  }
  removedParts += await removeParts(join(storageDirectory, "instances"));
  removedParts += await removeParts(join(storageDirectory, "thumbnails"));
  // What was being made of captures; made again.
  await rm(join(storageDirectory, "work"), { recursive: true, force: true });
  const finished = finishAll(clips, options);
  // Their procedures are not settled, so not released, before this has ended.
  for (const procedureId of new Set(clips.map((clip) => clip.procedureId)))
    void captures.rescuing(procedureId, finished);
  return { leftovers, removedParts, finished };
}

/** A clip that was rescued, as the screens are told. */
export interface RescuedCapture {
  readonly captureId: string;
  readonly procedureId: string;
  readonly number: number;
  readonly durationMs: number;
  readonly missingMs: number;
}

/** The rescued clips that were saved since then, newest first. */
export function rescuedSince(database: Database, since: number): RescuedCapture[] {
  return rescuedClipsSince(database, since).map(({ id, procedureId, number, facts, rescuedMissingMs }) => ({
    ...{ captureId: id, procedureId, number, missingMs: rescuedMissingMs ?? 0 },
    durationMs: facts?.kind === "clip" ? facts.durationMs : 0,
  }));
}

async function finishAll(clips: readonly InterruptedClip[], options: RescueOptions): Promise<RescuedClip[]> {
  const done: RescuedClip[] = [];
  for (const clip of clips) {
    const isSaved = await finish(clip, options).catch((error: unknown) => {
      options.log.error(
        { capture: clip.id, error: String(error) },
        "a clip could not be rescued yet; the next start tries again",
      );
      return false;
    });
    done.push({ captureId: clip.id, procedureId: clip.procedureId, isSaved });
  }
  return done;
}

async function finish(row: InterruptedClip, options: RescueOptions): Promise<boolean> {
  const { storageDirectory, ffmpegPath, captures, log } = options;
  const { id, file } = row;
  const target = join(storageDirectory, file);
  const written = await stat(`${target}.part`).catch(() => undefined);
  const missingMs = missingMsOf(written === undefined ? mostInMemoryMs : Date.now() - written.mtimeMs);
  const asideOf = ({ durationMs }: FinishedClip): SavedAside => ({
    notice: rescuedNotice(durationMs, missingMs),
    rescuedMissingMs: missingMs,
  });
  let clip: FinishedClip;
  try {
    clip = await finaliseClip(`${target}.part`, target, ffmpegPath);
  } catch (error) {
    if (await captures.failRescued(row, error, asideOf)) return false;
    if (!(error instanceof CaptureError) || error.code === "disk") return false;
    // What cannot be read today cannot be read tomorrow; a person may still make something of it.
    if (await exists(`${target}.part`)) await putAside(storageDirectory, `${basename(file)}.part`);
    return false;
  }
  captures.saveRescued(row, clip, asideOf(clip));
  log.warn({ capture: id, frames: clip.frames }, "a clip that was being recorded when the box stopped was rescued");
  return true;
}

interface InterruptedClip {
  readonly id: string;
  readonly procedureId: string;
  readonly file: string;
  readonly state: string;
}

/** Clips in progress, and clips that failed to finish: their growing file may still be there. */
function interruptedClips(database: Database): InterruptedClip[] {
  const rows = database
    .prepare(
      `SELECT id, procedure_id AS procedureId, file, state FROM capture
       WHERE kind = 'clip' AND state IN ('recording', 'failed') ORDER BY pressed_at`,
    )
    .all();
  return rows as unknown as InterruptedClip[];
}

const stillParts = Object.values(stillEndings).map((ending) => `${ending}.part`);

/** What becomes of a file in `media/`. Only halves that nobody was told of are ever removed. */
export function fateOf(name: string, capture: Pick<Capture, "state"> | undefined): "keep" | "remove" | "put-aside" {
  if (stillParts.some((ending) => name.endsWith(ending)) || name.endsWith(".remux.part")) return "remove";
  if (capture === undefined) return "put-aside";
  // The finished file is durable and in the database: the growing one is not needed any more.
  if (name.endsWith(".mp4.part")) return capture.state === "saved" ? "remove" : "keep";
  return "keep";
}

async function putAside(storageDirectory: string, name: string): Promise<void> {
  const folder = join(storageDirectory, "leftovers");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(join(storageDirectory, "media", name), join(folder, name));
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
