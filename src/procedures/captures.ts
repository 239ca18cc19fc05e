import { randomUUID } from "node:crypto";
import { stat, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CaptureError,
  type CaptureSource,
  type ClipEnded,
  type FinishedClip,
  type FrameRef,
  finaliseClip,
  type StartedClip,
} from "../capture/capture.ts";
import { CaptureBook, type Reworded, type SavedAside } from "./capture-book.ts";
import { CaptureNumbers } from "./capture-numbers.ts";
import { ClipEntries, type EnteredClip } from "./clip-entries.ts";
import { ProcedureError } from "./errors.ts";
import { KnownPresses } from "./known-presses.ts";
import { type CapturesOptions, frameOf, joined, type Press, type ProcedureSource } from "./press.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { findCapture } from "./rows.ts";
import { Underway } from "./underway.ts";

export type { Press, ProcedureSource } from "./press.ts";

export interface CapturesSettings extends CapturesOptions {
  /** For finishing clips that found the disk full. */
  readonly ffmpegPath: string;
}

const finishedLater =
  "The disk took no more when this recording ended: it was finished later, from what had reached the disk.";

/** A clip that this process records. */
interface Running {
  /** As its row was at the press: a database that cannot be read must not keep anybody from stopping it. */
  readonly capture: Capture;
  readonly source: CaptureSource;
  readonly starting: Promise<unknown>;
  /** The frame it begins with, once that is known. */
  began?: FrameRef;
}

/** Takes presses: a picture or a clip is on the disk, then in the database, then it is "saved". */
export class Captures {
  readonly #options: CapturesSettings;
  readonly #book: CaptureBook;
  readonly #entries: ClipEntries;
  readonly #numbers: CaptureNumbers;
  readonly #known: KnownPresses;
  readonly #busy = new Underway();
  /** Those of them that want what is remembered of the picture: it stays until they have it. */
  readonly #wanting = new Underway();
  readonly #running = new Map<string, Running>();
  readonly #stopping = new Map<string, Promise<Capture>>();
  /** Clips that nobody has to stop, until they are finished: the last seconds, and those that ended by themselves. */
  readonly #finishing = new Map<string, Promise<Capture>>();

  /** `onSavedLate`: a clip that was told of as not saved yet is saved after all. */
  constructor(options: CapturesSettings, onSavedLate: (clip: EnteredClip) => void) {
    this.#options = options;
    this.#book = new CaptureBook(options);
    this.#entries = new ClipEntries({ ...options, book: this.#book, onSavedLate });
    this.#numbers = new CaptureNumbers(options.database);
    this.#known = new KnownPresses({ ...options, again: (id) => this.#entries.again(id) });
  }

  /** Clips that end by themselves (signal, child, disk) are saved with what they had; `onEnded` hears of it at once and may add words. */
  watch(source: CaptureSource, onEnded: (ended: ClipEnded) => string | null): () => void {
    return source.onClipEnded((ended) => {
      const { id } = ended;
      if (this.#stopping.has(id)) return;
      let notice: string | null = null;
      let capture: EnteredClip | undefined = this.#running.get(id)?.capture;
      // Told in the middle of what the source does: a database that is gone must not end its picture as well.
      try {
        notice = onEnded(ended);
        capture ??= findCapture(this.#options.database, id);
      } catch (error) {
        this.#options.log.error({ capture: id, error: String(error) }, "a clip that ended could not be looked up");
      }
      // One that never began: its press has said so.
      if (capture === undefined) return;
      const saving = this.#ended(capture, ended.clip, "scopeline", notice).finally(() => this.#running.delete(id));
      void this.#busy.keep(capture.procedureId, this.#finish(id, saving));
    });
  }

  /** The capture a press with this key became, or is becoming. A press that failed fails again with the same words. */
  known(key: string | undefined, kind: "still" | "clip"): Promise<Capture> | undefined {
    return this.#known.find(key, kind);
  }

  /** No press of the procedure is under way, and none of its clips is being recorded, finished or rescued. */
  isSettled(procedureId: string): boolean {
    if (this.#busy.has(procedureId) || this.#entries.owes(procedureId)) return false;
    const row = this.#options.database
      .prepare("SELECT 1 FROM capture WHERE procedure_id = ? AND state = 'recording' LIMIT 1")
      .get(procedureId);
    return row === undefined;
  }

  /** As the database has it; where that cannot be read, a clip that is being recorded is known from its press. */
  find(id: string): Capture | undefined {
    try {
      return findCapture(this.#options.database, id);
    } catch (error) {
      const running = this.#running.get(id);
      if (running === undefined) throw error;
      return running.capture;
    }
  }

  /** How a clip stands that its row still calls "recording"; undefined: as the row says. */
  standing({ id, state }: Capture): "not-saved-yet" | "failed" | "rescuing" | undefined {
    const standing = this.#entries.standing(id);
    if (standing !== undefined || state !== "recording") return standing;
    return this.#running.has(id) || this.#isEnding(id) ? undefined : "rescuing";
  }

  /** How many clips are on the disk while the database does not take them. */
  get notSavedYet(): number {
    return this.#entries.notSavedYet;
  }

  /** Whether this process records the clip (a row may also wait for its rescue). */
  isRunning(id: string): boolean {
    return this.#running.has(id) && !this.#isEnding(id);
  }

  /** The clips that this process records. */
  running(): readonly Capture[] {
    return [...this.#running.values()].flatMap(({ capture }) => (this.isRunning(capture.id) ? [capture] : []));
  }

  /** Whether the database takes something now: tried with a write that changes nothing. */
  takesWrites({ id }: Capture): boolean {
    try {
      this.#options.database.prepare("UPDATE capture SET number = number WHERE id = ?").run(id);
      return true;
    } catch (error) {
      this.#options.log.error({ capture: id, error: String(error) }, "the database takes nothing now");
      return false;
    }
  }

  /** The source that records a clip now, and the frame it begins with; undefined: it is not being recorded. */
  recordingOf(id: string): { readonly source: CaptureSource; readonly began: FrameRef } | undefined {
    const running = this.#running.get(id);
    if (running?.began === undefined || this.#isEnding(id)) return undefined;
    return { source: running.source, began: running.began };
  }

  /**
   * Adds a capture that no source makes, under the number it is given. The procedure is not settled meanwhile, and a
   * repeated key waits for the first.
   */
  adding(procedure: Procedure, key: string | undefined, work: (number: number) => Promise<Capture>): Promise<Capture> {
    return this.#once({ procedure, key }, () => work(this.#numbers.take(procedure.id)));
  }

  /** Keeps the named frame. Resolves when it is on the disk and in the database, and not before. */
  still(press: Press): Promise<Capture> {
    const { procedure, source } = press;
    const still = this.#once(press, async () => {
      const pressedAt = this.#options.clock();
      const order = this.#numbers.inOrder(press);
      const id = randomUUID();
      const { storageDirectory } = this.#options;
      const name = `${id}.jpg`;
      const thumbnailFile = join(storageDirectory, "thumbnails", name);
      const kept = await source.source
        .keepStill({ ...frameOf(press), file: join(storageDirectory, "media", name), thumbnailFile })
        .finally(() => this.#numbers.settled(procedure.id, order));
      const file = join("media", basename(kept.file));
      return this.#book.addStill(press, { id, number: order.number, pressedAt, file }, kept);
    });
    return this.#wanting.keep(procedure.id, still);
  }

  /** Begins a clip. Resolves when its first pictures are on the disk. */
  startClip(press: Press): Promise<Capture> {
    return this.#once(press, async () => {
      const { source } = press.source;
      if (source.state().recording !== null) {
        throw new CaptureError("already-recording", "This source is recording already. Stop that clip first.");
      }
      const capture = this.#newClip(press);
      const { id, file } = capture;
      const { lookBackMs } = press;
      const starting = source.startClip({
        ...frameOf(press),
        ...{ id, file: join(this.#options.storageDirectory, file) },
        ...(lookBackMs !== undefined && { lookBackMs }),
      });
      const running: Running = { capture, source, starting };
      this.#running.set(id, running);
      let started: StartedClip;
      try {
        started = await starting;
      } catch (error) {
        this.#running.delete(id);
        this.#entries.failed(capture, error);
        throw error;
      }
      running.began = { epoch: started.epoch, seq: started.firstSeq };
      this.#entries.began(capture, started);
      this.#options.news.tell({ topic: "capture", id });
      return this.find(id) ?? capture;
    });
  }

  /** Keeps what is remembered up to the press as a clip. Resolves when it is on the disk and in the database. */
  keepLast(press: Press & { readonly lookBackMs: number }): Promise<Capture> {
    const kept = this.#once(press, async () => {
      const { source } = press.source;
      const capture = this.#newClip(press);
      const { id } = capture;
      const file = join(this.#options.storageDirectory, capture.file);
      const kept = source.keepLast({ ...frameOf(press), id, file, lookBackMs: press.lookBackMs });
      return this.#finish(id, this.#ended(capture, kept, press.actor, null));
    });
    return this.#wanting.keep(press.procedure.id, kept);
  }

  /**
   * Ends a clip; `notice`: why, where nobody pressed. Resolves when the finished file is on the disk and in the database.
   * Stopping twice is harmless. Throws ProcedureError "not-saved-yet" where only the database is missing.
   */
  stopClip(capture: Capture, actor: string, frame?: FrameRef, notice: string | null = null): Promise<Capture> {
    const { id } = capture;
    const already = this.#stopping.get(id) ?? this.#finishing.get(id);
    if (already !== undefined) return already;
    const running = this.#running.get(id);
    if (running === undefined) return this.#stopped(id);
    const finished = running.starting.then(() => running.source.stopClip(id, frame));
    const work = this.#ended(capture, finished, actor, notice).finally(() => {
      this.#running.delete(id);
      this.#stopping.delete(id);
    });
    const stopping = this.#busy.keep(capture.procedureId, work);
    this.#stopping.set(id, stopping);
    return stopping;
  }

  #isEnding(id: string): boolean {
    return this.#stopping.has(id) || this.#finishing.has(id);
  }

  /** Remembered until it is finished, so that a stop waits for it. */
  #finish(id: string, finishing: Promise<Capture>): Promise<Capture> {
    this.#finishing.set(id, finishing);
    const forget = (): void => void this.#finishing.delete(id);
    finishing.then(forget, forget);
    return finishing;
  }

  /** What became of a clip that nothing records any more. */
  async #stopped(id: string): Promise<Capture> {
    this.#entries.again(id);
    const now = findCapture(this.#options.database, id);
    if (now?.state === "failed") throw new CaptureError("encoder", now.notice ?? "The clip could not be saved.");
    if (now !== undefined && now.state !== "recording") return now;
    throw new ProcedureError("not-recording", "This clip is not being recorded any more.");
  }

  /** Enters what became of a clip. A database that does not take it is no failure of the clip. */
  async #ended(
    capture: EnteredClip,
    finished: Promise<FinishedClip>,
    actor: string,
    notice: string | null,
  ): Promise<Capture> {
    const clip = await finished.catch(async (error: unknown) => {
      const file = await this.#unfinishedFile(capture.id, error);
      if (file === undefined) {
        this.#entries.failed(capture, error);
        throw error;
      }
      const aside = { notice: joined(notice, finishedLater) };
      throw this.#entries.unfinished({ ...capture, finish: () => this.#finishAgain(file) }, (clip) =>
        this.#book.saveClip(capture.id, clip, actor, aside),
      );
    });
    return this.#entries.saved(capture, clip, actor, { notice });
  }

  /** The file of a clip that only a full disk kept from being finished: what was recorded is there. */
  async #unfinishedFile(id: string, error: unknown): Promise<string | undefined> {
    if (!(error instanceof CaptureError) || error.code !== "disk") return undefined;
    const file = join(this.#options.storageDirectory, "media", `${id}.mp4`);
    const growing = await stat(`${file}.part`).catch(() => undefined);
    return growing === undefined || growing.size === 0 ? undefined : file;
  }

  /** Throws CaptureError "disk" while there is no room for it: trying would fill the disk for everything else. */
  async #finishAgain(file: string): Promise<FinishedClip> {
    const [growing, disk] = await Promise.all([stat(`${file}.part`), statfs(dirname(file))]);
    if (disk.bavail * disk.bsize < growing.size) throw new CaptureError("disk", "The disk is full.");
    return finaliseClip(`${file}.part`, file, this.#options.ffmpegPath);
  }

  /** Says something else of a clip than `before`; as soon as the database takes it. */
  reword(capture: Capture, actor: string, words: Reworded): void {
    this.#entries.reworded(capture, actor, words);
  }

  /** Resolves when a source has let go of a clip that is being stopped; its file is finished after that. */
  async untilFree({ source }: ProcedureSource, clipId: string): Promise<void> {
    for (let waited = 0; source.state().recording === clipId && waited < 5_000; waited += 20) await sleep(20);
  }

  /** Stops every clip that is being recorded, at once, whichever procedure it belongs to. Resolves when all are finished. */
  async stopAll(actor: string): Promise<void> {
    // A failure is in its row.
    await Promise.allSettled([...this.#running.values()].map(({ capture }) => this.stopClip(capture, actor)));
  }

  /** Resolves when no press of the procedure is under way any more; their failures are in their rows. */
  settle(procedureId: string): Promise<void> {
    return this.#busy.settle(procedureId);
  }

  /** As settle, but without waiting for clips to be finished: for what needs the frames of presses under way. */
  async settlePresses(procedureId: string): Promise<void> {
    const starting = [...this.#running.values()].map((clip) => clip.starting);
    await Promise.allSettled([...this.#wanting.of(procedureId), ...starting]);
  }

  /** Marks a capture as deleted. */
  delete(capture: Capture, reason: string, actor: string): Capture {
    this.#entries.again(capture.id);
    return this.#book.delete(this.find(capture.id) ?? capture, reason, actor);
  }

  /** Saves a clip that was rescued at start. Throws ProcedureError "not-saved-yet". */
  saveRescued(clip: EnteredClip, finished: FinishedClip, aside: SavedAside): Capture {
    return this.#entries.rescued(clip, finished, aside);
  }

  /** A procedure is not settled while a clip of it is being rescued. */
  rescuing<T>(procedureId: string, work: Promise<T>): Promise<T> {
    return this.#busy.keep(procedureId, work);
  }

  /** Of a clip that could not be rescued. True when a full disk was all, and it is rescued as soon as there is room. */
  async failRescued(
    clip: EnteredClip,
    error: unknown,
    asideOf: (finished: FinishedClip) => SavedAside,
  ): Promise<boolean> {
    const file = await this.#unfinishedFile(clip.id, error);
    if (file === undefined) {
      this.#entries.failed(clip, error);
      return false;
    }
    this.#entries.unfinished({ ...clip, finish: () => this.#finishAgain(file) }, (finished) =>
      this.#entries.saveRescued(clip, finished, asideOf(finished)),
    );
    return true;
  }

  /** Tries a last time what the database has not taken; the next start rescues the rest. */
  close(): void {
    this.#entries.close();
  }

  #newClip(press: Press): Capture {
    const pressedAt = this.#options.clock();
    const id = randomUUID();
    const clip = { id, number: this.#numbers.take(press.procedure.id), pressedAt, file: join("media", `${id}.mp4`) };
    return this.#book.addClip(press, clip);
  }

  #once(
    { key, procedure }: { readonly key?: string | undefined; readonly procedure: Procedure },
    work: () => Promise<Capture>,
  ): Promise<Capture> {
    const running = this.#busy.keep(procedure.id, work());
    this.#known.keep(key, running);
    return running;
  }
}
