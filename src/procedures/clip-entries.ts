import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, type FinishedClip, type StartedClip } from "../capture/capture.ts";
import { pauseMs } from "../lib/backoff.ts";
import { monotonicMs } from "../lib/clock.ts";
import type { CaptureBook, Reworded, SavedAside } from "./capture-book.ts";
import { ProcedureError } from "./errors.ts";
import type { CapturesOptions } from "./press.ts";
import type { Capture } from "./procedure.ts";
import { findCapture } from "./rows.ts";

/** What names a clip whose row the database has, whether it can be read now or not. */
export type EnteredClip = Pick<Capture, "id" | "procedureId">;

export interface ClipEntriesOptions extends CapturesOptions {
  readonly book: CaptureBook;
  /** A clip that was told of as not saved yet is saved after all. */
  readonly onSavedLate: (clip: EnteredClip) => void;
}

interface Entry {
  /** "saved" and "failed" end a clip. */
  readonly kind: "began" | "saved" | "failed" | "noted";
  readonly write: () => void;
  /** What whoever asks hears until it is written. */
  readonly refusal?: unknown;
}

/** A clip whose growing file is on the disk, and the finished one not: the disk was full. */
export interface UnfinishedClip extends EnteredClip {
  /** Throws CaptureError "disk" while there is no room yet. */
  readonly finish: () => Promise<FinishedClip>;
}

/** The entries of one clip that the database has not taken yet, in their order. */
interface Owed {
  readonly clip: EnteredClip;
  readonly entries: Entry[];
  failures: number;
  /** By the monotonic clock: when somebody who waits for it had it tried. */
  askedAt?: number;
  timer?: NodeJS.Timeout | undefined;
}

/** A disk may be freed in a second or in the night; a database that is locked holds up the picture at each try. */
const backoff = { firstMs: 250, maxMs: 30_000, jitter: 0.2 };
/** However often it is asked for. */
const askedEveryMs = 1_000;
/** A disk that is full is looked at again so often; with the tries below, for two days. */
const finishBackoff = { firstMs: 500, maxMs: 60_000, jitter: 0.2 };
/** About a day of tries: after that the next press, or the next start, tries it again. */
const mostTries = 3_000;

/**
 * What is written of clips, now or as soon as the database takes it. What fails here is the database, never the clip: its
 * recording goes on, its file is on the disk. What is still owed at a stop is rescued at the next start, by the clip's row
 * and its growing file, which stays until it is saved.
 */
export class ClipEntries {
  readonly #options: ClipEntriesOptions;
  readonly #owed = new Map<string, Owed>();
  #isClosed = false;

  constructor(options: ClipEntriesOptions) {
    this.#options = options;
  }

  began(clip: EnteredClip, started: StartedClip): void {
    this.#put(clip, { kind: "began", write: () => this.#options.book.clipBegan(clip.id, started) });
  }

  /** Throws ProcedureError "not-saved-yet" while the database does not take it. */
  saved(clip: EnteredClip, finished: FinishedClip, actor: string, aside: SavedAside): Capture {
    return this.#saved(clip, () => this.#options.book.saveClip(clip.id, finished, actor, aside));
  }

  /** As `saved`, of a clip that an earlier run of the service may have marked as failed. */
  rescued(clip: EnteredClip, finished: FinishedClip, aside: SavedAside): Capture {
    return this.#saved(clip, () => this.saveRescued(clip, finished, aside));
  }

  /**
   * The disk was full when the clip was finished: that is tried again until it is done, and then `save` writes it down.
   * Gives what whoever asks hears until then.
   */
  unfinished(clip: UnfinishedClip, save: (finished: FinishedClip) => void): ProcedureError {
    const refusal = notFinishedYet();
    let finished: FinishedClip | undefined;
    const write = (): void => {
      if (finished === undefined) throw new CaptureError("disk", "The disk is full.");
      save(finished);
    };
    this.#put(clip, { kind: "saved", write, refusal });
    void this.#finish(clip).then(
      (done) => {
        finished = done;
        this.#retry(clip);
      },
      (error: unknown) => this.#cannotFinish(clip, error),
    );
    return refusal;
  }

  /** What a rescued clip is saved by. */
  saveRescued(clip: EnteredClip, finished: FinishedClip, aside: SavedAside): void {
    const { book } = this.#options;
    book.reopenClip(clip.id);
    book.saveClip(clip.id, finished, "scopeline", aside);
  }

  /** The capture itself failed: its source, its child, its file. */
  failed(clip: EnteredClip, error: unknown): void {
    const { book, log } = this.#options;
    log.error({ capture: clip.id, error: String(error) }, "clip failed");
    this.#put(clip, { kind: "failed", write: () => book.failClip(clip.id, error), refusal: error });
  }

  /** Says something else of a clip than was said of it before. */
  reworded(clip: EnteredClip, actor: string, words: Reworded): void {
    this.#put(clip, { kind: "noted", write: () => this.#options.book.reword(clip.id, actor, words) });
  }

  /** How a clip stands that its row still calls "recording"; undefined: as the row says. */
  standing(id: string): "not-saved-yet" | "failed" | undefined {
    switch (this.#endOf(id)?.kind) {
      case "saved":
        return "not-saved-yet";
      case "failed":
        return "failed";
      default:
        return undefined;
    }
  }

  /** How many clips are on the disk while the database does not take them. */
  get notSavedYet(): number {
    return [...this.#owed.keys()].filter((id) => this.standing(id) === "not-saved-yet").length;
  }

  /** A clip of the procedure has ended, and the database does not know how. */
  owes(procedureId: string): boolean {
    return [...this.#owed.values()].some(
      ({ clip }) => clip.procedureId === procedureId && this.standing(clip.id) !== undefined,
    );
  }

  /** Tries what is owed of a clip, at once but not every time that screens ask for it; throws how it stands where its end is still not written. */
  again(id: string): void {
    const owed = this.#owed.get(id);
    if (owed === undefined) return;
    const now = monotonicMs();
    if (owed.askedAt === undefined || now - owed.askedAt >= askedEveryMs) {
      owed.askedAt = now;
      if (this.#write(owed, true)) return;
    }
    const end = this.#endOf(id);
    if (end !== undefined) throw end.refusal;
  }

  /** Tries everything a last time. */
  close(): void {
    this.#isClosed = true;
    for (const owed of this.#owed.values()) this.#write(owed);
  }

  #saved(clip: EnteredClip, write: () => void): Capture {
    const isWritten = this.#put(clip, { kind: "saved", write, refusal: notSavedYet() });
    const saved = isWritten ? findCapture(this.#options.database, clip.id) : undefined;
    if (saved === undefined) throw notSavedYet();
    return saved;
  }

  /** Rejects with what no room on the disk mends, and after two days of a full one. */
  async #finish({ id, finish }: UnfinishedClip): Promise<FinishedClip> {
    for (let tries = 1; ; tries += 1) {
      await sleep(pauseMs(tries, finishBackoff), undefined, { ref: false });
      // The next start rescues it.
      if (this.#isClosed) return new Promise(() => {});
      try {
        return await finish();
      } catch (error) {
        if (!(error instanceof CaptureError && error.code === "disk") || tries >= mostTries) throw error;
        if (tries === 1) this.#options.log.error({ capture: id, error: String(error) }, "a clip waits for its disk");
      }
    }
  }

  /** It failed after all: what was to be saved is written as that. */
  #cannotFinish(clip: EnteredClip, error: unknown): void {
    const owed = this.#owed.get(clip.id);
    const at = owed?.entries.findIndex(({ kind }) => kind === "saved") ?? -1;
    if (at >= 0) owed?.entries.splice(at, 1);
    this.failed(clip, error);
  }

  #retry({ id }: EnteredClip): void {
    const owed = this.#owed.get(id);
    if (owed !== undefined) this.#write(owed);
  }

  #endOf(id: string): Entry | undefined {
    return this.#owed.get(id)?.entries.find(({ kind }) => kind === "saved" || kind === "failed");
  }

  /** True when everything of the clip is written, up to this one. */
  #put(clip: EnteredClip, entry: Entry): boolean {
    const owed = this.#owed.get(clip.id) ?? { clip, entries: [], failures: 0 };
    owed.entries.push(entry);
    this.#owed.set(clip.id, owed);
    const isWritten = this.#write(owed);
    if (!isWritten) this.#tell(clip);
    return isWritten;
  }

  #tell({ id }: EnteredClip): void {
    this.#options.news.tell({ topic: "capture", id });
    this.#options.news.tell({ topic: "health" });
  }

  /** `isAsked`: besides the tries that go on by themselves. */
  #write(owed: Owed, isAsked = false): boolean {
    const { log, onSavedLate } = this.#options;
    const { clip, entries } = owed;
    for (let entry = entries[0]; entry !== undefined; entry = entries[0]) {
      try {
        entry.write();
      } catch (error) {
        // Nothing in the database to write it to: that does not change.
        if (!(error instanceof ProcedureError)) {
          if (!isAsked) this.#failed(owed, error);
          return false;
        }
        log.error({ capture: clip.id, error: String(error) }, "an entry of a clip has no place");
      }
      entries.shift();
      if (entry.kind === "saved" && owed.failures > 0) {
        log.warn({ capture: clip.id, failures: owed.failures }, "the database took a clip late");
        onSavedLate(clip);
      }
    }
    clearTimeout(owed.timer);
    this.#owed.delete(clip.id);
    if (owed.failures > 0) this.#tell(clip);
    return true;
  }

  #failed(owed: Owed, error: unknown): void {
    const { log } = this.#options;
    const { clip } = owed;
    clearTimeout(owed.timer);
    if (owed.failures === 0) {
      log.error({ capture: clip.id, error: String(error) }, "what became of a clip cannot be written yet");
    }
    owed.failures += 1;
    if (this.#isClosed) return;
    if (owed.failures >= mostTries) {
      log.error(
        { capture: clip.id, error: String(error) },
        "the database took nothing of a clip for a day; the next start tries again",
      );
      return;
    }
    owed.timer = setTimeout(() => this.#write(owed), pauseMs(owed.failures, backoff));
    owed.timer.unref();
  }
}

function notSavedYet(): ProcedureError {
  return new ProcedureError(
    "not-saved-yet",
    "The recording has ended and is on this box's disk, but the database does not take it: it is not saved yet. The box goes on trying. Call your technician; the disk may be full.",
  );
}

function notFinishedYet(): ProcedureError {
  return new ProcedureError(
    "not-saved-yet",
    "The recording has ended and is on this box's disk, but the disk takes no more of it: it is not saved yet. The box goes on trying. Call your technician; the disk may be full.",
  );
}
