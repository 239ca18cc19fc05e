import { fragmentSeconds } from "../command-line/pipes.ts";
import type { Fragment } from "../rings/fragment-ring.ts";
import { flvHead, flvPicture, largestFlvBytes, longestFlvMs } from "./flv.ts";
import {
  avcConfiguration,
  fragmentOf,
  initSegment,
  type Sample,
  type TrackShape,
  withLengths,
} from "./fragment-writer.ts";

/** The decoder's pictures and those of the stream do not have the same numbers any more, or cannot be held together. */
export class NumberError extends Error {}

export interface CopiedPicture {
  readonly isKey: boolean;
  /** The source's own time. */
  readonly timeUs: number;
  readonly nals: readonly Buffer[];
}

export interface CopiedNumbersOptions {
  readonly epoch: number;
  readonly track: TrackShape;
  readonly onInit: (init: Buffer) => void;
  readonly onFragment: (fragment: Fragment) => void;
  readonly now?: () => number;
}

/** Pictures that were given to the decoder and did not come out yet. */
const maxPending = 256;
const maxPendingBytes = 64 * 1024 * 1024;
/** So much later than it was received a picture may be shown. */
const maxWaitSeconds = 2;
/** A picture waits no longer for its fragment to be full: what was shown has to reach the disk. */
const fragmentMs = fragmentSeconds * 1000;

/** Pictures whose number is not read yet: some of them are whole frames. */
const maxHeld = 64;

interface Pending extends Sample {
  readonly timeUs: number;
}

/**
 * Gives each picture of the stream its number, once, and holds the decoder to it: picture k goes to the decoder with the
 * time of k, and into the recording only when the decoder has shown k as its k-th. So still, screen and clip have one number
 * for one picture, or the life of the child ends.
 */
export class CopiedNumbers {
  readonly #options: CopiedNumbersOptions;
  readonly #now: () => number;
  readonly #fragmentPictures: number;
  readonly #maxWaiting: number;
  #hasCaughtUp = false;
  #given = 0;
  #counted = 0;
  #pending: Pending[] = [];
  #pendingBytes = 0;
  #fragments = 0;
  #samples: Sample[] = [];
  #late: NodeJS.Timeout | null = null;

  constructor(options: CopiedNumbersOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { fpsNum, fpsDen } = options.track;
    this.#maxWaiting = Math.min(maxPending, Math.max(2, Math.round((maxWaitSeconds * fpsNum) / fpsDen)));
    this.#fragmentPictures = Math.max(1, Math.round((fragmentSeconds * fpsNum) / fpsDen));
  }

  /** The number of the newest picture that the decoder was given; null: none was. */
  get newestGiven(): number | null {
    return this.#given === 0 ? null : this.#given - 1;
  }

  /** The decoder was given pictures and has shown none. */
  get isUnanswered(): boolean {
    return this.#given > 0 && this.#counted === 0;
  }

  /** What waits for the decoder, as a share of what may: from 1 on it does not keep up. One that only starts has more time. */
  get backlog(): number {
    const most = this.#hasCaughtUp ? this.#maxWaiting : maxPending;
    return Math.max(this.#pending.length / most, (2 * this.#pendingBytes) / maxPendingBytes);
  }

  /** What the decoder has to read first. */
  head(): Buffer {
    this.#options.onInit(initSegment(this.#options.track));
    return flvHead(avcConfiguration(this.#options.track));
  }

  /** The next picture, with its number, as the decoder has to read it. Throws NumberError where it lags behind too far. */
  give({ isKey, timeUs, nals }: CopiedPicture): Buffer {
    const bytes = withLengths(nals);
    const timeMs = this.#timeMs(this.#given);
    if (bytes.length > largestFlvBytes) throw new NumberError("a picture of the stream is too large");
    if (timeMs > longestFlvMs) throw new NumberError("the numbers of the stream are used up; it begins anew");
    this.#given += 1;
    this.#pending.push({ bytes, isKey, timeUs });
    this.#pendingBytes += bytes.length;
    if (this.#pending.length > maxPending || this.#pendingBytes > maxPendingBytes) {
      throw new NumberError("the decoder does not keep up with the stream");
    }
    return flvPicture(timeMs, isKey, bytes);
  }

  /** The decoder's picture `seq` came with this time: returns the source's own. Throws NumberError where it is another one. */
  counted(seq: number, timeUs: number): number {
    const picture = this.#pending[0];
    if (seq !== this.#counted || picture === undefined || timeUs !== this.#timeMs(seq) * 1000) {
      throw new NumberError(`picture ${this.#counted} of the stream was expected, ${seq} came, of ${timeUs} µs`);
    }
    this.#pending.shift();
    this.#pendingBytes -= picture.bytes.length;
    this.#hasCaughtUp ||= this.#pending.length <= this.#maxWaiting / 2;
    if (picture.isKey) this.flush();
    this.#counted += 1;
    this.#samples.push({ bytes: picture.bytes, isKey: picture.isKey });
    this.#late ??= setTimeout(() => this.flush(), fragmentMs).unref();
    if (this.#samples.length >= this.#fragmentPictures) this.flush();
    return picture.timeUs;
  }

  /** What is not in a fragment yet goes into one. */
  flush(): void {
    const samples = this.#samples;
    this.#stopWaiting();
    if (samples.length === 0) return;
    this.#samples = [];
    this.#fragments += 1;
    const { epoch, track, onFragment } = this.#options;
    const firstSeq = this.#counted - samples.length;
    const atMs = this.#now() - (samples.length * 1000 * track.fpsDen) / track.fpsNum;
    const bytes = fragmentOf(track, this.#fragments, firstSeq, samples);
    onFragment({ epoch, firstSeq, frames: samples.length, startsWithKey: samples[0]?.isKey === true, atMs, bytes });
  }

  /** What is in no fragment yet, and what the decoder still has, never goes into one. */
  discard(): void {
    this.#stopWaiting();
    this.#samples = [];
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #stopWaiting(): void {
    if (this.#late !== null) clearTimeout(this.#late);
    this.#late = null;
  }

  #timeMs(seq: number): number {
    const { fpsNum, fpsDen } = this.#options.track;
    return Math.round((seq * 1000 * fpsDen) / fpsNum);
  }
}

/** Holds what came for a picture back until its number is certain: pipes are read in any order. */
export class NumberGate {
  #open = 0;
  #held: { readonly seq: number; readonly deliver: () => void }[] = [];

  /** Throws NumberError where numbers stay away. */
  pass(seq: number, deliver: () => void): void {
    if (seq < this.#open) {
      deliver();
      return;
    }
    this.#held.push({ seq, deliver });
    if (this.#held.length > maxHeld) throw new NumberError("pictures come without their numbers");
  }

  /** Everything before `seq` is certain. */
  openUpTo(seq: number): void {
    this.#open = seq;
    const held = this.#held;
    this.#held = held.filter((one) => one.seq >= seq);
    for (const one of held) if (one.seq < seq) one.deliver();
  }
}
