import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../lib/log.ts";

/**
 * Where a running clip ends by itself. One Instance holds its stream in one fragment of less than 2^32 − 2 bytes (PS3.5
 * 8.2), and a plain MP4 index comes on top of the recorded bytes; a disk that runs full would take the stills with it.
 */
const defaultClipLimits: ClipLimits = { maxBytes: 3_900_000_000, checkEveryMs: 2_000 };

export interface ClipLimits {
  readonly maxBytes: number;
  readonly checkEveryMs: number;
}

export interface ClipLimitsOptions {
  readonly storageDirectory: string;
  readonly freeBytes: () => Promise<number>;
  /** Below half of this, and what finishing the clip takes, a running clip ends. */
  readonly minimumFreeBytes: number;
  /** What this process records, whether the database can be read or not; `file`: relative to the storage directory. */
  readonly running: () => readonly { readonly id: string; readonly file: string }[];
  readonly log: Log;
  readonly limits?: ClipLimits | undefined;
}

export type ClipLimit = "size" | "disk";

/** Which limit a clip of that size has reached; null: none. */
export function limitReached(
  sizeBytes: number,
  freeBytes: number,
  { maxBytes, minimumFreeBytes }: { maxBytes: number; minimumFreeBytes: number },
): ClipLimit | null {
  // Finishing writes the clip once more before the growing file goes, and so does composing it.
  if (freeBytes < minimumFreeBytes / 2 + sizeBytes) return "disk";
  return sizeBytes >= maxBytes ? "size" : null;
}

/** Looks at running clips until the signal aborts, and says which one has to end, and why. */
export async function watchClipLimits(
  options: ClipLimitsOptions,
  onReached: (captureId: string, limit: ClipLimit) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { storageDirectory, freeBytes, minimumFreeBytes, running, log, limits = defaultClipLimits } = options;
  const ending = new Set<string>();
  const look = async (): Promise<void> => {
    for (const { id, file } of running()) {
      if (ending.has(id)) continue;
      const growing = await stat(join(storageDirectory, `${file}.part`)).catch(() => undefined);
      if (growing === undefined) continue;
      const limit = limitReached(growing.size, await freeBytes(), { maxBytes: limits.maxBytes, minimumFreeBytes });
      if (limit === null) continue;
      // Not waited for: finishing takes long, and other clips have their limits too.
      ending.add(id);
      onReached(id, limit)
        .catch((error: unknown) =>
          log.error({ capture: id, limit, error: String(error) }, "a clip at its limit could not be ended"),
        )
        .finally(() => ending.delete(id));
    }
  };
  while (!signal.aborted) {
    await look().catch((error: unknown) =>
      log.error({ error: String(error) }, "the limits of clips could not be looked at"),
    );
    await sleep(limits.checkEveryMs, undefined, { signal }).catch(() => {});
  }
}
