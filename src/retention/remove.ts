import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recordAudit } from "../audit/audit.ts";
import { syncFolder } from "../lib/durable-file.ts";
import type { Log } from "../lib/log.ts";
import type { Database } from "../store/store.ts";
import type { KeptCapture } from "./kept.ts";

export type RemovalReason = "age" | "disk";

/**
 * Writes down that the files of these captures go, and which they are. Inside the transaction that found them settled:
 * the row is first, so a crash leaves a file that is still on the list and never a row without its file.
 */
export function markRemoved(
  database: Database,
  captures: readonly KeptCapture[],
  reason: RemovalReason,
  now: number,
): void {
  for (const { captureId, kind, files, settledAt, sizeBytes } of captures) {
    database.prepare("UPDATE capture SET file_removed_at = ? WHERE id = ?").run(now, captureId);
    database.prepare("UPDATE instance SET file_removed_at = ? WHERE capture_id = ?").run(now, captureId);
    for (const file of [...files, ...smallOf(captureId, kind)]) {
      database
        .prepare("INSERT OR IGNORE INTO file_to_remove (file, capture_id, since) VALUES (?, ?, ?)")
        .run(file, captureId, now);
    }
    recordAudit(database, {
      at: now,
      actor: "scopeline",
      action: "capture-removed",
      subjectKind: "capture",
      subjectId: captureId,
      detail: { reason, settledAt, sizeBytes, files: files.length },
    });
  }
}

/** What was made of a capture to look at; of a clip there may be a copy that plays. */
function smallOf(captureId: string, kind: KeptCapture["kind"]): string[] {
  return [`thumbnails/${captureId}.jpg`, ...(kind === "clip" ? [`thumbnails/${captureId}.mp4`] : [])];
}

const atOnce = 200;
/** After each file while a clip is recorded: freeing a large one keeps the disk busy. */
const pauseRecordingMs = 50;
/** Whatever a row may say: nothing else is ever removed. */
const ours = /^(media|instances|thumbnails)\/[^/]+$/;

/**
 * Removes the files on the list, makes that durable and takes them off it. A file that cannot be removed stays on the
 * list for the next time. Gives how many are off the list.
 */
export async function removeListedFiles(
  { database, storageDirectory, log }: { database: Database; storageDirectory: string; log: Log },
  { signal, isRecording }: { signal?: AbortSignal | undefined; isRecording: () => boolean },
): Promise<number> {
  let done = 0;
  let after = "";
  while (!signal?.aborted) {
    const files = database
      .prepare("SELECT file FROM file_to_remove WHERE file > ? ORDER BY file LIMIT ?")
      .all(after, atOnce)
      .map((row) => String(row.file));
    const last = files.at(-1);
    if (last === undefined) return done;
    after = last;
    const gone: string[] = [];
    for (const file of files) {
      if (await remove(storageDirectory, file, log)) gone.push(file);
      if (isRecording()) await sleep(pauseRecordingMs, undefined, { signal }).catch(() => {});
    }
    for (const folder of new Set(gone.map((file) => dirname(file)))) await syncFolder(join(storageDirectory, folder));
    database.transaction(() => {
      for (const file of gone) database.prepare("DELETE FROM file_to_remove WHERE file = ?").run(file);
    });
    done += gone.length;
  }
  return done;
}

async function remove(storageDirectory: string, file: string, log: Log): Promise<boolean> {
  if (!ours.test(file)) {
    log.error({ file }, "a file outside the storage folders is on the list of files to remove: it stays");
    return false;
  }
  try {
    await rm(join(storageDirectory, file), { force: true });
    return true;
  } catch (error) {
    log.warn({ file, error: String(error) }, "a file that is not needed any more could not be removed");
    return false;
  }
}
