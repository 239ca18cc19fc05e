import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { type Clock, monotonicMs } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Database } from "../store/store.ts";
import { findCapture } from "./rows.ts";

const dayMs = 86_400_000;
/** A deleted capture's file is kept so long, that a slip can be mended by hand. */
export const binMs = 7 * dayMs;
const everyMs = 3_600_000;
/** A clock that has gone so far off the monotonic one since the start was set, or is wrong. */
const jumpMs = dayMs;
/** So many files are looked at before the picture has its turn. */
const filesInARow = 200;
/** A copy of a clip, made for a screen that does not play the clip itself, is made again in a while. */
const copyMs = dayMs;
/** A press is not repeated by anybody after so long. */
const keyMs = 2 * dayMs;

export interface HousekeepingOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Throws away what nobody needs any more: old idempotency keys, the files of captures deleted some days ago, copies of clips
 * that nobody has looked at for a day. Ages are by
 * the wall clock, so nothing is thrown away in the first hour of a run, nor, once the clock has jumped by a day, in the
 * rest of that run: a clock that is set wrong by a slip must not empty the bin. (A night in suspend looks like a jump.)
 */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #startedAt: number;
  readonly #startedAtMonotonic = monotonicMs();
  #hasJumped = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#startedAt = options.clock();
  }

  async run(signal: AbortSignal): Promise<void> {
    // Not at once: a clock that is wrong after a start (an empty battery) has time to be set.
    for (;;) {
      await sleep(everyMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.tidy().catch((error: unknown) =>
        this.#options.log.error({ error: String(error) }, "housekeeping failed"),
      );
    }
  }

  async tidy(): Promise<void> {
    const { database, storageDirectory, clock } = this.#options;
    if (this.#clockJumped()) return;
    database.prepare("DELETE FROM idempotency WHERE at < ?").run(clock() - keyMs);
    await this.#dropCopies();
    // By the files that are there, not by the rows: however long the box was off, none is forgotten.
    for (const [index, name] of (await readdir(join(storageDirectory, "media"))).entries()) {
      if (index % filesInARow === 0) await turn();
      const [id = ""] = name.split(".");
      const capture = findCapture(database, id);
      if (capture?.state !== "deleted" || (capture.deletedAt ?? 0) > clock() - binMs) continue;
      await rm(join(storageDirectory, "media", name), { force: true });
      for (const small of [`${id}.jpg`, `${id}.mp4`])
        await rm(join(storageDirectory, "thumbnails", small), { force: true });
    }
  }

  /** By the copies that are there: none outlives its clip for long, whatever became of that. */
  async #dropCopies(): Promise<void> {
    const { storageDirectory, clock } = this.#options;
    const folder = join(storageDirectory, "thumbnails");
    for (const name of (await readdir(folder)).filter((one) => one.endsWith(".mp4"))) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (found !== null && found.mtimeMs < clock() - copyMs) await rm(join(folder, name), { force: true });
    }
  }

  #clockJumped(): boolean {
    const { clock, log } = this.#options;
    const apartMs = clock() - this.#startedAt - (monotonicMs() - this.#startedAtMonotonic);
    if (!this.#hasJumped && Math.abs(apartMs) > jumpMs) {
      this.#hasJumped = true;
      log.warn({ apartMs: Math.round(apartMs) }, "the clock has jumped: nothing is thrown away before the next start");
    }
    return this.#hasJumped;
  }
}
