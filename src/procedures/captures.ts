import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recordAudit } from "../audit/audit.ts";
import {
  CaptureError,
  type CaptureSource,
  type ClipEnded,
  discardPart,
  type FinishedClip,
  type FrameRef,
} from "../capture/capture.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import { ProcedureError } from "./errors.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { captureOfKey, findCapture, highestNumber, insertCapture } from "./rows.ts";

/** A source and the device profile that its pictures are made under. */
export interface ProcedureSource {
  readonly source: CaptureSource;
  readonly profileId: string;
}

export interface Press {
  readonly procedure: Procedure;
  readonly source: ProcedureSource;
  /** The frame on the screen at the press; absent: the newest. */
  readonly frame?: FrameRef;
  /** Idempotency key: the same press told twice is one capture. */
  readonly key?: string;
  readonly actor: string;
  /** Something the surgeon should know besides what capturing itself reports. */
  readonly notice?: string;
}

export interface CapturesOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

interface UnsavedStill {
  readonly source: string;
  readonly frame: FrameRef | undefined;
  number: number;
}

/** How soon a clip that the database did not take is offered again. */
const saveAgainMs = 5_000;

const joined = (...notices: (string | null | undefined)[]): string | null => notices.filter(Boolean).join(" ") || null;

/** Takes presses: a picture or a clip is on the disk, then in the database, then it is "saved". */
export class Captures {
  readonly #options: CapturesOptions;
  /** Presses under way by key, so that a repeated request waits for the first instead of taking a second picture. */
  readonly #underway = new Map<string, Promise<Capture>>();
  readonly #busy = new Map<string, Set<Promise<unknown>>>();
  readonly #stills = new Map<string, Set<Promise<unknown>>>();
  readonly #numbers = new Map<string, number>();
  readonly #unsaved = new Map<string, Set<UnsavedStill>>();
  /** Clips that this process records: their source, and when their first picture was taken once that is known. */
  readonly #running = new Map<
    string,
    { readonly source: CaptureSource; startedAtMs?: number; began?: FrameRef; starting?: Promise<unknown> }
  >();
  readonly #stopping = new Map<string, Promise<Capture>>();

  constructor(options: CapturesOptions) {
    this.#options = options;
  }

  /** Clips that end by themselves (signal, child, disk) are saved with what they had. */
  watch(source: CaptureSource): () => void {
    return source.onClipEnded((ended) => {
      if (!this.#stopping.has(ended.id)) this.#saveEnded(ended);
    });
  }

  /** A database that does not take it now (a full disk) is asked again; the growing file stays until it has. */
  #saveEnded(ended: ClipEnded): void {
    try {
      if (ended.clip !== null) this.#saveClip(ended.id, ended.clip, "scopeline", null);
      else this.#failClip(ended.id, ended.error);
      this.#running.delete(ended.id);
    } catch (error) {
      this.#options.log.error({ capture: ended.id, error: String(error) }, "a clip that ended could not be recorded");
      setTimeout(() => this.#saveEnded(ended), saveAgainMs).unref();
    }
  }

  /** The capture a press with this key became, or is becoming. A press that failed fails again with the same words. */
  known(key: string | undefined, kind: "still" | "clip"): Promise<Capture> | undefined {
    if (key === undefined) return undefined;
    const underway = this.#underway.get(key);
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
    return this.#once({ procedure, key }, this.#busy, () => work(this.#takeNumber(procedure.id)));
  }

  /** Keeps the named frame. Resolves when it is on the disk and in the database, and not before. */
  still(press: Press): Promise<Capture> {
    return this.#once(press, this.#stills, async () => {
      const { database, storageDirectory, clock } = this.#options;
      const pressedAt = clock();
      const order = this.#inOrder(press);
      const id = randomUUID();
      const file = join("media", `${id}.jpg`);
      const kept = await press.source.source
        .keepStill({ ...frameOf(press), file: join(storageDirectory, file) })
        .finally(() => this.#unsaved.get(press.procedure.id)?.delete(order));
      const { number } = order;
      const savedAt = clock();
      const { width, height, subsampling, sourceWasLossy, frameAtMs } = kept;
      database.transaction(() => {
        insertCapture(
          database,
          {
            ...this.#newCapture(press, id, number, pressedAt, file),
            kind: "still",
            state: "saved",
            epoch: kept.epoch,
            seq: kept.seq,
            frameExact: kept.frameExact,
            notice: joined(press.notice, kept.notice),
            savedAt,
            sizeBytes: kept.sizeBytes,
            sha256: kept.sha256,
            facts: { kind: "still", width, height, subsampling, sourceWasLossy, frameAtMs },
          },
          press.key,
        );
        this.#audit(id, savedAt, press.actor, "capture-saved", {
          kind: "still",
          procedureId: press.procedure.id,
          number,
          pressedAt,
          sizeBytes: kept.sizeBytes,
          sha256: kept.sha256,
        });
      });
      return this.#told(id);
    });
  }

  /** Begins a clip. Resolves when its first pictures are on the disk. */
  startClip(press: Press): Promise<Capture> {
    return this.#once(press, this.#busy, async () => {
      const { database, storageDirectory, clock } = this.#options;
      const { source } = press.source;
      const status = source.state();
      if (status.recording !== null) {
        throw new CaptureError("already-recording", "This source is recording already. Stop that clip first.");
      }
      const pressedAt = clock();
      const id = randomUUID();
      const number = this.#takeNumber(press.procedure.id);
      const file = join("media", `${id}.mp4`);
      // The row comes first: whatever reaches the disk from now on is known to belong to this procedure.
      database.transaction(() => {
        insertCapture(
          database,
          {
            ...this.#newCapture(press, id, number, pressedAt, file),
            kind: "clip",
            state: "recording",
            epoch: press.frame?.epoch ?? null,
            seq: press.frame?.seq ?? null,
            frameExact: true,
            notice: press.notice ?? null,
            savedAt: null,
            sizeBytes: null,
            sha256: null,
            facts: null,
          },
          press.key,
        );
        this.#audit(id, pressedAt, press.actor, "recording-started", { number });
      });
      const starting = source.startClip({ ...frameOf(press), id, file: join(storageDirectory, file) });
      this.#running.set(id, { source, starting });
      try {
        const { startedAtMs, epoch, firstSeq } = await starting;
        // It may have ended by itself meanwhile.
        if (this.#running.has(id)) this.#running.set(id, { source, startedAtMs, began: { epoch, seq: firstSeq } });
      } catch (error) {
        this.#running.delete(id);
        this.#failClip(id, error);
        throw error;
      }
      return this.#told(id);
    });
  }

  /** Ends a clip. Resolves when the finished file is on the disk and in the database. Stopping twice is harmless. */
  stopClip(capture: Capture, actor: string, frame?: FrameRef): Promise<Capture> {
    const already = this.#stopping.get(capture.id);
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
        return this.#saveClip(capture.id, clip, actor, null);
      } catch (error) {
        this.#failClip(capture.id, error);
        throw error;
      } finally {
        this.#running.delete(capture.id);
        this.#stopping.delete(capture.id);
      }
    };
    const stopping = this.#keepBusy(capture.procedureId, work());
    this.#stopping.set(capture.id, stopping);
    return stopping;
  }

  /** Adds something to what the person at the screen should know of a capture. */
  note(id: string, notice: string): void {
    const { database } = this.#options;
    const before = findCapture(database, id);
    database.prepare("UPDATE capture SET notice = ? WHERE id = ?").run(joined(before?.notice, notice), id);
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
  async settle(procedureId: string): Promise<void> {
    for (let busy = this.#busy.get(procedureId); busy !== undefined; busy = this.#busy.get(procedureId)) {
      await Promise.allSettled([...busy]);
    }
  }

  /** As settle, but without waiting for clips to be finished: for what needs the frames of presses under way. */
  async settlePresses(procedureId: string): Promise<void> {
    const starting = [...this.#running.values()].map((clip) => clip.starting);
    await Promise.allSettled([...(this.#stills.get(procedureId) ?? []), ...starting]);
  }

  /** Marks a capture as deleted. Its file goes after some days (`housekeeping`), so that a slip can be mended by hand. */
  delete(capture: Capture, reason: string, actor: string): Capture {
    const { database, clock } = this.#options;
    if (capture.state === "recording")
      throw new ProcedureError("still-recording", "Stop the recording first, then delete it.");
    if (capture.state === "deleted") return capture;
    const at = clock();
    database.transaction(() => {
      database
        .prepare("UPDATE capture SET state = 'deleted', deleted_at = ?, delete_reason = ? WHERE id = ?")
        .run(at, reason, capture.id);
      this.#audit(capture.id, at, actor, "capture-deleted", { reason });
    });
    return this.#told(capture.id);
  }

  /** Saves a clip that was rescued at start; `notice` says so. */
  saveRescued(id: string, clip: FinishedClip, notice: string | null): Capture {
    return this.#saveClip(id, clip, "scopeline", notice);
  }

  /** A procedure is not settled while a clip of it is being rescued. */
  rescuing<T>(procedureId: string, work: Promise<T>): Promise<T> {
    return this.#keepBusy(procedureId, work);
  }

  failRescued(id: string, error: unknown): void {
    this.#failClip(id, error);
  }

  #saveClip(id: string, clip: FinishedClip, actor: string, notice: string | null): Capture {
    const { database, clock, log } = this.#options;
    const before = findCapture(database, id);
    if (before === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    if (before.state !== "recording") return before;
    const savedAt = clock();
    const { width, height, frames, durationMs, fpsNum, fpsDen, h264, firstSeq } = clip;
    // A clip that was rescued does not know any more; it began within a second before the press.
    const startedAtMs = Math.round(this.#running.get(id)?.startedAtMs ?? before.pressedAt);
    const facts = { kind: "clip", width, height, frames, durationMs, fpsNum, fpsDen, startedAtMs, firstSeq, h264 };
    database.transaction(() => {
      database
        .prepare(
          `UPDATE capture SET state = 'saved', saved_at = ?, size_bytes = ?, sha256 = ?, facts = ?, notice = ? WHERE id = ?`,
        )
        .run(
          savedAt,
          clip.sizeBytes,
          clip.sha256,
          JSON.stringify(facts),
          joined(before.notice, clip.notice, notice),
          id,
        );
      this.#audit(id, savedAt, actor, "capture-saved", {
        kind: "clip",
        procedureId: before.procedureId,
        number: before.number,
        pressedAt: before.pressedAt,
        frames,
        sizeBytes: clip.sizeBytes,
        sha256: clip.sha256,
        notice: clip.notice,
      });
    });
    // Only now is the growing file not the only copy any more.
    void discardPart(`${clip.file}.part`).catch((error: unknown) =>
      log.warn(
        { file: basename(clip.file), error: String(error) },
        "cannot remove the growing file of a finished clip",
      ),
    );
    return this.#told(id);
  }

  #failClip(id: string, error: unknown): void {
    const { database, clock, log } = this.#options;
    const message = error instanceof CaptureError ? error.message : "The clip could not be saved.";
    log.error({ capture: id, error: String(error) }, "clip failed");
    const at = clock();
    database.transaction(() => {
      const changed = database
        .prepare("UPDATE capture SET state = 'failed', notice = ? WHERE id = ? AND state = 'recording'")
        .run(message, id);
      if (changed.changes > 0) this.#audit(id, at, "scopeline", "capture-failed", { message });
    });
    this.#options.news.tell({ topic: "capture", id });
  }

  #once(
    { key, procedure }: { readonly key?: string | undefined; readonly procedure: Procedure },
    kind: Underway,
    work: () => Promise<Capture>,
  ): Promise<Capture> {
    const running = this.#keepBusy(procedure.id, work());
    if (kind !== this.#busy) remember(kind, procedure.id, running);
    if (key !== undefined) {
      this.#underway.set(key, running);
      const forget = (): void => void this.#underway.delete(key);
      running.then(forget, forget);
    }
    return running;
  }

  #keepBusy<T>(procedureId: string, running: Promise<T>): Promise<T> {
    remember(this.#busy, procedureId, running);
    return running;
  }

  /**
   * A number for a still. Two requests of one screen may overtake each other on their way; the frames they name tell
   * which press was first, and the numbers of stills not saved yet are dealt again in that order.
   */
  #inOrder(press: Press): UnsavedStill {
    const { procedure, frame, source } = press;
    const still: UnsavedStill = { source: source.source.id, frame, number: this.#takeNumber(procedure.id) };
    const unsaved = this.#unsaved.get(procedure.id) ?? new Set();
    this.#unsaved.set(procedure.id, unsaved.add(still));
    const alike = [...unsaved].filter((one) => one.source === still.source && one.frame?.epoch === frame?.epoch);
    const numbers = alike.map((one) => one.number).sort((a, b) => a - b);
    alike.sort((a, b) => (a.frame?.seq ?? 0) - (b.frame?.seq ?? 0) || a.number - b.number);
    for (const [index, one] of alike.entries()) one.number = numbers[index] ?? one.number;
    return still;
  }

  /** Numbers are given at the press, so that they keep the order of presses; a failed press leaves a gap. */
  #takeNumber(procedureId: string): number {
    const number =
      Math.max(this.#numbers.get(procedureId) ?? 0, highestNumber(this.#options.database, procedureId)) + 1;
    this.#numbers.set(procedureId, number);
    return number;
  }

  #newCapture(press: Press, id: string, number: number, pressedAt: number, file: string) {
    const { source, profileId } = press.source;
    return { id, procedureId: press.procedure.id, number, source: source.id, profileId, pressedAt, file };
  }

  #audit(id: string, at: number, actor: string, action: string, detail: Record<string, unknown>): void {
    recordAudit(this.#options.database, { at, actor, action, subjectKind: "capture", subjectId: id, detail });
  }

  #told(id: string): Capture {
    this.#options.news.tell({ topic: "capture", id });
    const capture = findCapture(this.#options.database, id);
    if (capture === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    return capture;
  }
}

function frameOf(press: Press): { frame?: FrameRef } {
  return press.frame === undefined ? {} : { frame: press.frame };
}

type Underway = Map<string, Set<Promise<unknown>>>;

/** Notes that something of a procedure is under way, until it has ended. */
function remember(underway: Underway, procedureId: string, running: Promise<unknown>): void {
  const all = underway.get(procedureId) ?? new Set();
  underway.set(procedureId, all.add(running));
  const done = (): void => {
    all.delete(running);
    if (all.size === 0 && underway.get(procedureId) === all) underway.delete(procedureId);
  };
  running.then(done, done);
}
