import { setTimeout as sleep } from "node:timers/promises";
import type { ClipEnded } from "../capture/capture.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { ProcedureSource } from "./press.ts";
import type { Capture, Procedure } from "./procedure.ts";

/** After a longer gap nobody expects a recording to go on: another patient may be on the table, and nobody said so. */
const resumeWithinMs = 5 * 60_000;
const waitForPictureMs = 5_000;

export const willGoOn = "When the picture is back within 5 minutes, the recording goes on in the next clip.";
/** Of the same clip, once somebody has stopped it in the gap. */
export const stoppedInGap = "It was stopped while the picture was gone: it has what was recorded before.";

export interface ResumeClipsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
  readonly capture: (id: string) => Capture;
  readonly procedure: (id: string) => Procedure;
  /** Begins the next clip in that procedure, which goes on from the capture. */
  readonly start: (from: Capture, procedure: Procedure, source: ProcedureSource, notice: string) => Promise<unknown>;
}

interface Waiting {
  readonly capture: Capture;
  readonly endedAt: number;
  readonly lastFrameAtMs: number;
  /** The picture is back, and its first frame is waited for. */
  isGoingOn: boolean;
  readonly lapse: NodeJS.Timeout;
}

/** A recording that the input ended goes on in a next clip when the picture is back: in its own procedure, or not at all. */
export class ResumeClips {
  readonly #options: ResumeClipsOptions;
  /** By source: each records one clip at a time. A clip is here until the next one begins, or somebody ended it. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: ResumeClipsOptions) {
    this.#options = options;
  }

  /** A clip ended by itself. True when it waits for its picture. */
  ended({ id, isInputLost, lastFrameAtMs }: ClipEnded): boolean {
    if (!isInputLost) return false;
    const { capture, procedure, clock } = this.#options;
    const row = capture(id);
    if (procedure(row.procedureId).state !== "open") return false;
    this.#drop(row.source);
    // The screens are told that nothing goes on any more.
    const lapse = setTimeout(() => this.#drop(row.source), resumeWithinMs).unref();
    this.#waiting.set(row.source, { capture: row, endedAt: clock(), lastFrameAtMs, isGoingOn: false, lapse });
    this.#options.news.tell({ topic: "source", id: row.source });
    return true;
  }

  /** The clip of a source that goes on by itself when the picture is back; null: none does. */
  waitingFor(sourceId: string): string | null {
    const waiting = this.#waiting.get(sourceId);
    return waiting === undefined || this.#isLapsed(waiting) ? null : waiting.capture.id;
  }

  /** The clip is over: somebody stopped or deleted it. True when it would have gone on. */
  forget(captureId: string): boolean {
    return this.#dropAll(({ capture }) => capture.id === captureId).length > 0;
  }

  /** The procedure is over: the clips that would have gone on in it. */
  forgetProcedure(procedureId: string): readonly Capture[] {
    return this.#dropAll(({ capture }) => capture.procedureId === procedureId);
  }

  /** A recording was begun by hand: it is not gone on with besides. */
  forgetSource(sourceId: string): void {
    this.#drop(sourceId);
  }

  /** Goes on with what waits for a source once its picture is there. Returns how to end that. */
  watch(source: ProcedureSource): () => void {
    return source.source.onState(({ state }) => {
      const waiting = this.#waiting.get(source.source.id);
      if (state !== "live" || waiting === undefined || waiting.isGoingOn) return;
      waiting.isGoingOn = true;
      this.#goOn(source, waiting)
        .catch((error: unknown) => {
          const { log } = this.#options;
          log.error({ capture: waiting.capture.id, error: String(error) }, "a recording did not go on after a gap");
        })
        .finally(() => {
          waiting.isGoingOn = false;
        });
    });
  }

  async #goOn(source: ProcedureSource, waiting: Waiting): Promise<void> {
    const { procedure, start } = this.#options;
    const { id } = source.source;
    const { capture, lastFrameAtMs } = waiting;
    const pictureAtMs = source.source.state().lastFrameAt ?? lastFrameAtMs;
    await hasPicture(source);
    // Stopped meanwhile; or the picture has gone again, and is waited for again.
    if (this.#waiting.get(id) !== waiting || source.source.state().state !== "live") return;
    // From here to the row of the new clip nothing is waited for: whoever completes the procedure stops that clip too.
    this.#drop(id);
    const now = procedure(capture.procedureId);
    if (now.state !== "open" || this.#options.capture(capture.id).state === "deleted") return;
    if (source.source.state().recording !== null || this.#isLapsed(waiting)) return;
    const gap = minutesOf(pictureAtMs - lastFrameAtMs);
    await start(capture, now, source, `Goes on from clip ${capture.number} after a gap of ${gap}.`);
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

/** Waits until a frame of the child that runs now was seen. */
async function hasPicture({ source }: ProcedureSource): Promise<void> {
  const isThere = (): boolean => source.newestFrame()?.epoch === source.state().epoch;
  for (let waited = 0; !isThere() && waited < waitForPictureMs; waited += 20) await sleep(20);
}

/** `0:03`; a gap that was there is never `0:00`. */
export function minutesOf(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
