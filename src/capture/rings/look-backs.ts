import { randomUUID } from "node:crypto";
import { CaptureError } from "../capture-error.ts";
import type { FrameRef, LookBack } from "../capture-types.ts";
import type { CodedFrames } from "./coded-frames.ts";
import type { FrameRing } from "./frame-ring.ts";
import type { PreviewRing, ShownFrame } from "./preview-ring.ts";

export interface LookBacksOptions {
  readonly frames: FrameRing;
  readonly shown: PreviewRing;
  readonly coded: CodedFrames;
  /** How many frames before the newest one can still be taken from what was coded. */
  readonly codedReach: number;
  /** The first frame of an epoch that a look back may reach. */
  readonly floorOf: (epoch: number) => number;
  readonly now?: () => number;
}

/** Long enough to choose a picture; then the memory is wanted for those that come. */
const holdMs = 30_000;

interface Hold {
  readonly id: string;
  readonly shown: ReadonlyMap<number, ShownFrame>;
  readonly epoch: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Lets one person at a time look through the last pictures. What is held stays, at full resolution or coded, until it is
 * let go or lapses; a second look back takes the place of the first.
 */
export class LookBacks {
  readonly #options: LookBacksOptions;
  #hold: Hold | null = null;

  constructor(options: LookBacksOptions) {
    this.#options = options;
  }

  /** Holds what can be looked at and kept, up to now. Throws CaptureError "no-look-back". */
  hold(): LookBack {
    const { frames, shown, coded, codedReach, floorOf, now = Date.now } = this.#options;
    this.end();
    const newest = shown.newest();
    if (newest === null) throw noLookBack();
    const { epoch, seq } = newest;
    const isWhole = (frame: FrameRef): boolean => frames.find(frame) !== null;
    const isCoded = (frame: FrameRef): boolean => frame.seq >= seq - codedReach && coded.has(frame);
    const kept = shown.since(epoch, floorOf(epoch)).filter((frame) => isWhole(frame) || isCoded(frame));
    const [first] = kept;
    if (first === undefined) throw noLookBack();
    const exactFromSeq = kept.find(isWhole)?.seq ?? null;
    if (exactFromSeq !== null) frames.hold(epoch, exactFromSeq);
    if (codedReach > 0) coded.hold(epoch, first.seq);
    const id = randomUUID();
    const timer = setTimeout(() => this.release(id), holdMs).unref();
    this.#hold = { id, epoch, shown: new Map(kept.map((frame) => [frame.seq, frame])), timer };
    return { holdId: id, epoch, seqs: kept.map((frame) => frame.seq), exactFromSeq, expiresAt: now() + holdMs };
  }

  /** The small picture of a frame that is held or was shown just now; null: it is not here, or no look back reaches it. */
  pictureOf(frame: FrameRef): Buffer | null {
    const { shown, floorOf } = this.#options;
    if (frame.seq < floorOf(frame.epoch)) return null;
    const held = this.#hold?.epoch === frame.epoch ? this.#hold.shown.get(frame.seq) : undefined;
    return (held ?? shown.find(frame))?.jpeg ?? null;
  }

  /** Lets go; one that has lapsed or was replaced is gone already. */
  release(id: string): void {
    if (this.#hold?.id === id) this.end();
  }

  /** Ends it and blanks its small pictures, those too that only it still has. */
  empty(): void {
    for (const { jpeg } of this.#hold?.shown.values() ?? []) jpeg.fill(0);
    this.end();
  }

  /** Ends whatever is held. */
  end(): void {
    if (this.#hold === null) return;
    clearTimeout(this.#hold.timer);
    this.#hold = null;
    this.#options.frames.release();
    this.#options.coded.release();
  }
}

function noLookBack(): CaptureError {
  return new CaptureError("no-look-back", "There is no picture to look back to yet. Wait a moment and try again.");
}
