import { setTimeout as sleep } from "node:timers/promises";
import type { ClipEnded } from "../capture/capture.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { ProcedureSource } from "./press.ts";
import type { Capture, Procedure } from "./procedure.ts";

/** After a longer gap nobody expects a recording to go on: another patient may be on the table, and nobody said so. */
const resumeWithinMs = 5 * 60_000;
const waitForPictureMs = 5_000;

export const willGoOn = "When the picture is back within 5 minutes, the recording goes on in the next clip.";

export interface ResumeClipsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly capture: (id: string) => Capture;
  readonly procedure: (id: string) => Procedure;
  /** Begins the next clip in that procedure. */
  readonly start: (procedure: Procedure, source: ProcedureSource, notice: string) => Promise<unknown>;
}

interface Waiting {
  readonly capture: Capture;
  readonly endedAt: number;
  readonly lastFrameAtMs: number;
}

/** A recording that the input ended goes on in a next clip when the picture is back: in its own procedure, or not at all. */
export class ResumeClips {
  readonly #options: ResumeClipsOptions;
  /** By source: each records one clip at a time. */
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
    this.#waiting.set(row.source, { capture: row, endedAt: clock(), lastFrameAtMs });
    return true;
  }

  /** Somebody pressed stop for it: it is over. */
  forget(captureId: string): void {
    for (const [source, waiting] of this.#waiting) if (waiting.capture.id === captureId) this.#waiting.delete(source);
  }

  /** Goes on with what waits for a source once its picture is there. Returns how to end that. */
  watch(source: ProcedureSource): () => void {
    return source.source.onState(({ state }) => {
      const waiting = this.#waiting.get(source.source.id);
      if (state !== "live" || waiting === undefined) return;
      this.#waiting.delete(source.source.id);
      this.#goOn(source, waiting).catch((error: unknown) => {
        const { log } = this.#options;
        log.error({ capture: waiting.capture.id, error: String(error) }, "a recording did not go on after a gap");
      });
    });
  }

  async #goOn(source: ProcedureSource, { capture, endedAt, lastFrameAtMs }: Waiting): Promise<void> {
    const { clock, procedure, start } = this.#options;
    const pictureAtMs = source.source.state().lastFrameAt ?? lastFrameAtMs;
    await hasPicture(source);
    // From here to the row of the new clip nothing is waited for: whoever completes the procedure stops that clip too.
    const now = procedure(capture.procedureId);
    if (now.state !== "open" || this.#options.capture(capture.id).state === "deleted") return;
    if (source.source.state().recording !== null || clock() - endedAt > resumeWithinMs) return;
    const gap = minutesOf(pictureAtMs - lastFrameAtMs);
    await start(now, source, `Goes on from clip ${capture.number} after a gap of ${gap}.`);
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
