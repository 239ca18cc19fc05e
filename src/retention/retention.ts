import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, monotonicMs } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { Wakeup } from "../lib/wakeup.ts";
import type { Database } from "../store/store.ts";
import { ClockGuard } from "./clock-guard.ts";
import { bytesToFree, type DiskSpace } from "./disk.ts";
import { beginning, type KeptCapture, keptAfter, type Position } from "./kept.ts";
import { type NextRemovals, nextRemovals } from "./next-removals.ts";
import { markRemoved, type RemovalReason, removeListedFiles } from "./remove.ts";
import type { WithoutProof } from "./settled.ts";

export type { NextRemovals, Removal } from "./next-removals.ts";

export interface RetentionOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  /** Files go so long after nothing more was owed of their capture. */
  readonly keepMs: number;
  /** Above this use of the disk they go before, the oldest first. */
  readonly deleteAbovePercent: number;
  /** What becomes of captures whose node proves nothing. */
  readonly withoutProof: WithoutProof;
  readonly freeSpace: () => Promise<DiskSpace>;
  /** Whether a clip is being recorded: that has priority. */
  readonly isRecording: () => boolean;
  /** A clock that nobody sets; for tests. */
  readonly monotonic?: () => number;
}

export interface RetentionState {
  /** The disk is above its level, and nothing on it may be deleted; since when. Null: all is well. */
  readonly nothingToDeleteSince: number | null;
}

const lookEveryMs = 60_000;
const byAgeEveryMs = 4 * 3_600_000;
/** Where nothing could be deleted, looking through everything again waits so long. */
const nothingLeftPauseMs = 600_000;
/** Some milliseconds each, with a million captures. */
const batch = 100;
const batchRecording = 20;
/** Between batches, so that the picture and the presses have their turn. */
const pauseMs = 20;

/** Deletes the files of captures that are proven to have arrived: by age, and sooner where the disk fills up. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #monotonic: () => number;
  readonly #guard: ClockGuard;
  #isFreeing = false;
  #nothingToDeleteSince: number | null = null;
  #searchAgainAt = Number.NEGATIVE_INFINITY;
  #byAgeAt = Number.NEGATIVE_INFINITY;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? monotonicMs;
    this.#guard = new ClockGuard(options.clock(), this.#monotonic());
  }

  /** Looks every minute until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const pause = new Wakeup();
    const failed = (error: unknown): void =>
      this.#options.log.error({ error: String(error) }, "old files could not be removed; tried again in a minute");
    await this.removeLeftBehind(signal).catch(failed);
    while (!signal.aborted) {
      await this.round(signal).catch(failed);
      await pause.wait(lookEveryMs, signal);
    }
  }

  /** Files that a crash left between the row that says "removed" and the disk. Gives how many. */
  removeLeftBehind(signal?: AbortSignal): Promise<number> {
    return removeListedFiles(this.#options, { signal, isRecording: this.#options.isRecording });
  }

  /** One look: what the disk's level asks for, then what is old enough. */
  async round(signal: AbortSignal): Promise<void> {
    await this.#byDisk(signal);
    const { clock, isRecording, keepMs } = this.#options;
    const monotonic = this.#monotonic();
    const isDue = monotonic - this.#byAgeAt >= byAgeEveryMs && this.#guard.isTrusted(clock(), monotonic);
    if (!isDue) return;
    const until = clock() - keepMs;
    const isOld = (capture: KeptCapture): boolean => (capture.settledAt ?? Number.POSITIVE_INFINITY) <= until;
    const isWhole = await this.#walk("age", until, isOld, { signal, isStopped: isRecording });
    if (isWhole) this.#byAgeAt = monotonic;
  }

  /** What goes next, and when: for the screen. */
  async nextRemovals(limit: number): Promise<NextRemovals> {
    const { database, clock, keepMs, withoutProof } = this.#options;
    return nextRemovals(database, { limit, now: clock(), keepMs, withoutProof, isDiskFull: this.#isFreeing });
  }

  state(): RetentionState {
    return { nothingToDeleteSince: this.#nothingToDeleteSince };
  }

  async #byDisk(signal: AbortSignal): Promise<void> {
    const { freeSpace, deleteAbovePercent, clock, log } = this.#options;
    let missing = bytesToFree(await freeSpace(), { deleteAbovePercent, isFreeing: this.#isFreeing });
    this.#isFreeing = missing > 0;
    if (!this.#isFreeing) {
      this.#nothingToDeleteSince = null;
      this.#searchAgainAt = Number.NEGATIVE_INFINITY;
      return;
    }
    if (this.#monotonic() < this.#searchAgainAt) return;
    const isNext = (capture: KeptCapture): boolean => {
      if (missing <= 0 || capture.settledAt === null) return false;
      missing -= capture.sizeBytes;
      return true;
    };
    const isWhole = await this.#walk("disk", clock(), isNext, { signal, isStopped: () => missing <= 0 });
    if (missing <= 0) this.#nothingToDeleteSince = null;
    else if (isWhole) {
      this.#searchAgainAt = this.#monotonic() + nothingLeftPauseMs;
      if (this.#nothingToDeleteSince === null) {
        log.warn({ missingBytes: missing }, "the disk is above its level and nothing more on it may be deleted");
      }
      this.#nothingToDeleteSince ??= clock();
    }
  }

  /** From the oldest on; false: it was stopped before the end. */
  async #walk(
    reason: RemovalReason,
    until: number,
    isNext: (capture: KeptCapture) => boolean,
    { signal, isStopped }: { signal: AbortSignal; isStopped: () => boolean },
  ): Promise<boolean> {
    const { database, withoutProof, isRecording, clock, news, log } = this.#options;
    let position: Position | null = beginning;
    while (position !== null) {
      if (signal.aborted || isStopped()) return false;
      const after: Position = position;
      const limits = { until, withoutProof, atMost: isRecording() ? batchRecording : batch };
      // Found settled and marked in one transaction: nothing can come to be owed in between.
      const { removed, next } = database.transaction(() => {
        const page = keptAfter(database, after, limits);
        const chosen = page.captures.filter(isNext);
        markRemoved(database, chosen, reason, clock());
        return { removed: chosen, next: page.next };
      });
      if (removed.length > 0) {
        await this.removeLeftBehind(signal);
        log.info({ captures: removed.length, reason }, "files of settled captures were removed");
        news.tell({ topic: "capture" });
      }
      position = next;
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
    return true;
  }
}
