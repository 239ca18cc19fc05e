import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, type ClipEnded } from "../capture/capture.ts";
import { pauseMs } from "../lib/backoff.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import { ProcedureError } from "./errors.ts";
import type { ProcedureSource } from "./press.ts";
import type { Capture, Procedure } from "./procedure.ts";

/** After a longer gap nobody expects a recording to go on: another patient may be on the table, and nobody said so. */
const resumeWithinMs = 5 * 60_000;
const lookEveryMs = 20;
/** Between tries to go on: each that fails leaves a failed clip, and a cable may wobble for minutes. */
const backoff = { firstMs: 500, maxMs: 8_000, jitter: 0.2 };

export const willGoOn = "When the picture is back within 5 minutes, the recording goes on in the next clip.";
/** Of the same clip, once somebody has stopped it in the gap. */
export const stoppedInGap = "It was stopped while the picture was gone: it has what was recorded before.";
/** Of the same clip, once the recording does not go on any more though nobody stopped it. */
export const didNotGoOn = "The recording did not go on in a next clip: this one has what was recorded before.";
const tooLong =
  "The picture was gone for more than 5 minutes: the recording does not go on. Press RECORD to record again.";

export interface ResumeClipsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  readonly capture: (id: string) => Capture;
  readonly procedure: (id: string) => Procedure;
  /** Begins the next clip in that procedure, which goes on from the capture. */
  readonly start: (from: Capture, procedure: Procedure, source: ProcedureSource, notice: string) => Promise<unknown>;
  /** The recording does not go on, though it was said that it would; `message`: what nobody was told yet. */
  readonly gaveUp: (from: Capture, message: string | null) => void;
}

interface Waiting {
  readonly capture: Capture;
  readonly endedAt: number;
  readonly lastFrameAtMs: number;
  /** Of the clip: its own pictures are none of those that are waited for. */
  readonly epoch: number;
  readonly lapse: NodeJS.Timeout;
  isLookedFor: boolean;
  /** The next clip is on its way: it is stopped like any other, and only where it fails this one waits on. */
  isGoingOn: boolean;
  isProcedureOver: boolean;
  failures: number;
  /** Of the monotonic clock. */
  notBeforeMs: number;
}

/** A recording that the input ended goes on in a next clip when the picture is back: in its own procedure, or not at all. */
export class ResumeClips {
  readonly #options: ResumeClipsOptions;
  /** By source: each records one clip at a time. A clip is here until the next one begins, or somebody ended it. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #sources = new Map<string, ProcedureSource>();

  constructor(options: ResumeClipsOptions) {
    this.#options = options;
  }

  /** A clip ended by itself. True when it waits for its picture. */
  ended({ id, isInputLost, lastFrameAtMs }: ClipEnded): boolean {
    if (!isInputLost) return false;
    const { capture, clock } = this.#options;
    const row = capture(id);
    if (this.#isOver(row.procedureId)) return false;
    this.#drop(row.source);
    const source = this.#sources.get(row.source);
    const lapse = setTimeout(() => this.#lapsed(waiting), resumeWithinMs).unref();
    const waiting: Waiting = {
      ...{ capture: row, endedAt: clock(), lastFrameAtMs, lapse },
      epoch: source?.source.state().epoch ?? row.epoch ?? 0,
      ...{ isLookedFor: false, isGoingOn: false, isProcedureOver: false, failures: 0, notBeforeMs: 0 },
    };
    this.#waiting.set(row.source, waiting);
    this.#options.news.tell({ topic: "source", id: row.source });
    if (source !== undefined) this.#lookFor(source);
    return true;
  }

  /** The clip of a source that goes on by itself when the picture is back; null: none does. */
  waitingFor(sourceId: string): string | null {
    const waiting = this.#waiting.get(sourceId);
    return waiting === undefined || waiting.isGoingOn || this.#isLapsed(waiting) ? null : waiting.capture.id;
  }

  /** The clip is over: somebody stopped or deleted it. True when it would have gone on. */
  forget(captureId: string): boolean {
    return this.#dropAll(({ capture }) => capture.id === captureId).length > 0;
  }

  /** The procedure is over: the clips that would have gone on in it. */
  forgetProcedure(procedureId: string): readonly Capture[] {
    for (const waiting of this.#waiting.values()) {
      if (waiting.capture.procedureId === procedureId) waiting.isProcedureOver = true;
    }
    return this.#dropAll(({ isProcedureOver, isGoingOn }) => isProcedureOver && !isGoingOn);
  }

  /** A recording was begun by hand: it is not gone on with besides. */
  forgetSource(sourceId: string): void {
    this.#drop(sourceId);
  }

  /** Goes on with what waits for a source once its picture is there. Returns how to end that. */
  watch(source: ProcedureSource): () => void {
    const { id } = source.source;
    this.#sources.set(id, source);
    const end = source.source.onState(({ state }) => {
      if (state === "live") this.#lookFor(source);
    });
    return () => {
      end();
      this.#sources.delete(id);
      // Saved as it is; the clip of a box that stops goes on nowhere.
      this.#drop(id);
    };
  }

  #lookFor(source: ProcedureSource): void {
    const waiting = this.#waiting.get(source.source.id);
    if (waiting === undefined || waiting.isLookedFor) return;
    waiting.isLookedFor = true;
    // Told in the middle of what the source does.
    void Promise.resolve()
      .then(() => this.#goOn(source, waiting))
      .catch((error: unknown) => this.#options.log.error({ error: String(error) }, "the picture is not looked for"))
      .finally(() => {
        waiting.isLookedFor = false;
      });
  }

  /** As long as the source has a picture; its next one calls anew. */
  async #goOn(source: ProcedureSource, waiting: Waiting): Promise<void> {
    const { id } = source.source;
    while (this.#waiting.get(id) === waiting && source.source.state().state === "live") {
      if (this.#isLapsed(waiting)) this.#lapsed(waiting);
      else if (isPictureBack(source, waiting)) await this.#begin(source, waiting);
      if (this.#waiting.get(id) === waiting) await sleep(lookEveryMs, undefined, { ref: false });
    }
  }

  async #begin(source: ProcedureSource, waiting: Waiting): Promise<void> {
    const { procedure, start, gaveUp, log, news } = this.#options;
    const { id } = source.source;
    const { capture, lastFrameAtMs } = waiting;
    let error: unknown = null;
    try {
      const now = procedure(capture.procedureId);
      if (now.state === "open" && this.#options.capture(capture.id).state !== "deleted") {
        const gap = minutesOf((source.source.state().lastFrameAt ?? lastFrameAtMs) - lastFrameAtMs);
        waiting.isGoingOn = true;
        news.tell({ topic: "source", id });
        await start(capture, now, source, `Goes on from clip ${capture.number} after a gap of ${gap}.`);
      }
    } catch (thrown) {
      error = thrown;
      log.error({ capture: capture.id, error: String(error) }, "a recording did not go on after a gap");
    }
    waiting.isGoingOn = false;
    // Ended meanwhile, or the next clip waits in its place.
    if (this.#waiting.get(id) !== waiting) return;
    const isOver = waiting.isProcedureOver || this.#isLapsed(waiting);
    if (error !== null && mayStillGoOn(error) && !isOver) {
      waiting.failures += 1;
      waiting.notBeforeMs = performance.now() + pauseMs(waiting.failures, backoff);
      news.tell({ topic: "source", id });
      return;
    }
    this.#drop(id);
    if (error !== null) gaveUp(capture, null);
  }

  /** The screens are told that nothing goes on any more, and so is whoever counts on it. */
  #lapsed(waiting: Waiting): void {
    const { capture } = waiting;
    if (waiting.isGoingOn || this.#waiting.get(capture.source) !== waiting) return;
    this.#drop(capture.source);
    this.#options.gaveUp(capture, tooLong);
  }

  /** A database that cannot be read now is asked again before the next clip begins. */
  #isOver(procedureId: string): boolean {
    try {
      return this.#options.procedure(procedureId).state !== "open";
    } catch (error) {
      if (error instanceof ProcedureError) throw error;
      return false;
    }
  }

  #isLapsed({ endedAt }: Waiting): boolean {
    return this.#options.clock() - endedAt > resumeWithinMs;
  }

  #dropAll(which: (waiting: Waiting) => boolean): readonly Capture[] {
    const dropped = [...this.#waiting].filter(([, waiting]) => which(waiting));
    for (const [sourceId] of dropped) this.#drop(sourceId);
    return dropped.map(([, { capture }]) => capture);
  }

  #drop(sourceId: string): void {
    const waiting = this.#waiting.get(sourceId);
    if (waiting === undefined) return;
    clearTimeout(waiting.lapse);
    this.#waiting.delete(sourceId);
    this.#options.news.tell({ topic: "source", id: sourceId });
  }
}

/** A frame of the child that runs now was seen, which is not the one whose picture went; and it is time to try. */
function isPictureBack({ source }: ProcedureSource, { epoch, notBeforeMs }: Waiting): boolean {
  const newest = source.newestFrame();
  if (newest === null || newest.epoch <= epoch || newest.epoch !== source.state().epoch) return false;
  return source.state().recording === null && performance.now() >= notBeforeMs;
}

/** The picture went again at once, or the database could not be read: no reason to end a recording for good. */
function mayStillGoOn(error: unknown): boolean {
  if (error instanceof CaptureError) return error.code === "no-signal";
  return !(error instanceof ProcedureError);
}

/** `0:03`; a gap that was there is never `0:00`. */
export function minutesOf(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
