import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CaptureError,
  type CaptureSource,
  type ClipEnded,
  type FinishedClip,
  type FrameRef,
} from "../capture/capture.ts";
import { CaptureBook, type NewCapture, type SavedAside } from "./capture-book.ts";
import { CaptureNumbers } from "./capture-numbers.ts";
import { ProcedureError } from "./errors.ts";
import { type CapturesOptions, frameOf, type Press, type ProcedureSource } from "./press.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { captureOfKey, findCapture } from "./rows.ts";
import { Underway } from "./underway.ts";

export type { Press, ProcedureSource } from "./press.ts";

/** How soon a clip that the database did not take is offered again. */
const saveAgainMs = 5_000;

/** A clip that this process records. */
interface Running {
  readonly source: CaptureSource;
  readonly starting: Promise<unknown>;
  /** The frame it begins with, once that is known. */
  began?: FrameRef;
}

/** Takes presses: a picture or a clip is on the disk, then in the database, then it is "saved". */
export class Captures {
  readonly #options: CapturesOptions;
  readonly #book: CaptureBook;
  readonly #numbers: CaptureNumbers;
  /** Presses under way by key, so that a repeated request waits for the first instead of taking a second picture. */
  readonly #byKey = new Map<string, Promise<Capture>>();
  readonly #busy = new Underway();
  /** Those of them that want what is remembered of the picture: it stays until they have it. */
  readonly #wanting = new Underway();
  readonly #running = new Map<string, Running>();
  readonly #stopping = new Map<string, Promise<Capture>>();
  /** The last seconds that are being written: a clip like others, that nobody has to stop. */
  readonly #keeping = new Map<string, Promise<Capture>>();

  constructor(options: CapturesOptions) {
    this.#options = options;
    this.#book = new CaptureBook(options);
    this.#numbers = new CaptureNumbers(options.database);
  }

  /** Clips that end by themselves (signal, child, disk) are saved with what they had; `onEnded` hears of it at once and may add words. */
  watch(source: CaptureSource, onEnded: (ended: ClipEnded) => string | null): () => void {
    return source.onClipEnded((ended) => {
      if (this.#stopping.has(ended.id)) return;
      let notice: string | null = null;
      let row: Capture | undefined;
      // Told in the middle of what the source does: a database that is gone must not end its picture as well.
      try {
        notice = onEnded(ended);
        row = findCapture(this.#options.database, ended.id);
      } catch (error) {
        this.#options.log.error(
          { capture: ended.id, error: String(error) },
          "a clip that ended could not be looked up",
        );
      }
      const saving = ended.clip.then(
        (clip) => this.#saveEnded(ended.id, () => this.#book.saveClip(ended.id, clip, "scopeline", { notice })),
        (error: unknown) => this.#saveEnded(ended.id, () => this.#book.failClip(ended.id, error)),
      );
      if (row !== undefined) this.#busy.keep(row.procedureId, saving);
    });
  }

  /** A database that does not take it now (a full disk) is asked again; the growing file stays until it has. */
  #saveEnded(id: string, save: () => void): void {
    try {
      save();
      this.#running.delete(id);
    } catch (error) {
      this.#options.log.error({ capture: id, error: String(error) }, "a clip that ended could not be recorded");
      setTimeout(() => this.#saveEnded(id, save), saveAgainMs).unref();
    }
  }

  /** The capture a press with this key became, or is becoming. A press that failed fails again with the same words. */
  known(key: string | undefined, kind: "still" | "clip"): Promise<Capture> | undefined {
    if (key === undefined) return undefined;
    const underway = this.#byKey.get(key);
    if (underway !== undefined) return underway;
    const id = captureOfKey(this.#options.database, key);
    const capture = id === undefined ? undefined : findCapture(this.#options.database, id);
    if (capture === undefined) return undefined;
    if (capture.kind !== kind) {
      return Promise.reject(
        new ProcedureError("bad-request", "This Idempotency-Key belongs to another press. Take a new one."),
      );
    }
    if (capture.state === "failed")
      return Promise.reject(new CaptureError("encoder", capture.notice ?? "This press failed."));
    return Promise.resolve(capture);
  }

  /** No press of the procedure is under way, and none of its clips is being recorded, finished or rescued. */
  isSettled(procedureId: string): boolean {
    if (this.#busy.has(procedureId)) return false;
    const row = this.#options.database
      .prepare("SELECT 1 FROM capture WHERE procedure_id = ? AND state = 'recording' LIMIT 1")
      .get(procedureId);
    return row === undefined;
  }

  /** Whether this process records the clip (a row may also wait for its rescue). */
  isRunning(id: string): boolean {
    return this.#running.has(id) && !this.#stopping.has(id);
  }

  /** The source that records a clip now, and the frame it begins with; undefined: it is not being recorded. */
  recordingOf(id: string): { readonly source: CaptureSource; readonly began: FrameRef } | undefined {
    const running = this.#running.get(id);
    if (running?.began === undefined || this.#stopping.has(id)) return undefined;
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
      const { id, file } = this.#newClip(press);
      const { lookBackMs } = press;
      const starting = source.startClip({
        ...frameOf(press),
        ...{ id, file: join(this.#options.storageDirectory, file) },
        ...(lookBackMs !== undefined && { lookBackMs }),
      });
      const running: Running = { source, starting };
      this.#running.set(id, running);
      try {
        const started = await starting;
        running.began = { epoch: started.epoch, seq: started.firstSeq };
        this.#book.clipBegan(id, started);
      } catch (error) {
        this.#running.delete(id);
        this.#book.failClip(id, error);
        throw error;
      }
      return this.#book.told(id);
    });
  }

  /** Keeps what is remembered up to the press as a clip. Resolves when it is on the disk and in the database. */
  keepLast(press: Press & { readonly lookBackMs: number }): Promise<Capture> {
    const kept = this.#once(press, async () => {
      const { source } = press.source;
      const { id, file } = this.#newClip(press);
      const work = async (): Promise<Capture> => {
        try {
          const path = join(this.#options.storageDirectory, file);
          const clip = await source.keepLast({ ...frameOf(press), id, file: path, lookBackMs: press.lookBackMs });
          return this.#book.saveClip(id, clip, press.actor, { notice: null });
        } catch (error) {
          this.#book.failClip(id, error);
          throw error;
        }
      };
      const keeping = work();
      this.#keeping.set(id, keeping);
      const forget = (): void => void this.#keeping.delete(id);
      keeping.then(forget, forget);
      return keeping;
    });
    return this.#wanting.keep(press.procedure.id, kept);
  }

  /** Ends a clip. Resolves when the finished file is on the disk and in the database. Stopping twice is harmless. */
  stopClip(capture: Capture, actor: string, frame?: FrameRef): Promise<Capture> {
    const already = this.#stopping.get(capture.id) ?? this.#keeping.get(capture.id);
    if (already !== undefined) return already;
    const running = this.#running.get(capture.id);
    if (running === undefined) {
      const now = findCapture(this.#options.database, capture.id);
      if (now !== undefined && now.state !== "recording") return Promise.resolve(now);
      return Promise.reject(new ProcedureError("not-recording", "This clip is not being recorded any more."));
    }
    const work = async (): Promise<Capture> => {
      try {
        await running.starting;
        const clip = await running.source.stopClip(capture.id, frame);
        return this.#book.saveClip(capture.id, clip, actor, { notice: null });
      } catch (error) {
        this.#book.failClip(capture.id, error);
        throw error;
      } finally {
        this.#running.delete(capture.id);
        this.#stopping.delete(capture.id);
      }
    };
    const stopping = this.#busy.keep(capture.procedureId, work());
    this.#stopping.set(capture.id, stopping);
    return stopping;
  }

  /** Adds something to what the person at the screen should know of a capture. */
  note(id: string, notice: string): void {
    this.#book.note(id, notice);
  }

  /** Resolves when a source has let go of a clip that is being stopped; its file is finished after that. */
  async untilFree({ source }: ProcedureSource, clipId: string): Promise<void> {
    for (let waited = 0; source.state().recording === clipId && waited < 5_000; waited += 20) await sleep(20);
  }

  /** Begins to stop every clip that is being recorded, whichever procedure it belongs to. */
  stopAll(actor: string): void {
    for (const id of this.#running.keys()) {
      const capture = findCapture(this.#options.database, id);
      // A failure is in its row.
      if (capture !== undefined) void this.stopClip(capture, actor).catch(() => {});
    }
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
    return this.#book.delete(capture, reason, actor);
  }

  /** Saves a clip that was rescued at start. */
  saveRescued(id: string, clip: FinishedClip, aside: SavedAside): Capture {
    return this.#book.saveClip(id, clip, "scopeline", aside);
  }

  /** A procedure is not settled while a clip of it is being rescued. */
  rescuing<T>(procedureId: string, work: Promise<T>): Promise<T> {
    return this.#busy.keep(procedureId, work);
  }

  failRescued(id: string, error: unknown): void {
    this.#book.failClip(id, error);
  }

  #newClip(press: Press): NewCapture {
    const pressedAt = this.#options.clock();
    const id = randomUUID();
    const clip = { id, number: this.#numbers.take(press.procedure.id), pressedAt, file: join("media", `${id}.mp4`) };
    this.#book.addClip(press, clip);
    return clip;
  }

  #once(
    { key, procedure }: { readonly key?: string | undefined; readonly procedure: Procedure },
    work: () => Promise<Capture>,
  ): Promise<Capture> {
    const running = this.#busy.keep(procedure.id, work());
    if (key !== undefined) {
      this.#byKey.set(key, running);
      const forget = (): void => void this.#byKey.delete(key);
      running.then(forget, forget);
    }
    return running;
  }
}
