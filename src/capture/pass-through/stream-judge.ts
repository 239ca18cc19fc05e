import { readFramePacking } from "../clip/h264-sei.ts";
import { readSpsParts, type SpsParts } from "../clip/h264-sps.ts";
import {
  type AccessUnit,
  isReference,
  isSlice,
  nalType,
  nalTypes,
  readSliceHeader,
  type SliceHeader,
} from "./access-unit.ts";
import { withLengths } from "./fragment-writer.ts";
import { lacksColour, unfit, unfitRate, unfitSps, type WantedStream } from "./unfit.ts";

/** What an access unit turned out to be. */
export type Judged =
  /** It can be decoded from what came before. `nals`: without parameter sets and what only fills up. */
  | { readonly kind: "picture"; readonly isKey: boolean; readonly timeTicks: number; readonly nals: readonly Buffer[] }
  /** It cannot: the key frame before it, or something between, never came. */
  | { readonly kind: "skipped" }
  /** The stream is another one from here on. */
  | { readonly kind: "changed" }
  /** The stream may not be kept; words that follow "because". */
  | { readonly kind: "unfit"; readonly because: string };

/** Parameter sets of the stream. */
export interface StreamSets {
  readonly parts: SpsParts;
  readonly sps: Buffer;
  readonly pps: readonly Buffer[];
  readonly lacksColour: boolean;
}

interface Cut {
  readonly blocks: readonly number[];
  readonly times: number;
}

const ticksPerSecond = 90_000;
const wrapTicks = 2 ** 33;
/** From key frame to key frame; 30 pictures at 29.97 are a little more than a second. */
const longestGroup = 1.1 * ticksPerSecond;
/** Without one, after the begin or a loss. */
const longestWait = 3 * ticksPerSecond;
/** A clock that jumps so far was set. */
const jump = 20 * ticksPerSecond;
/** So many pictures in a row, and two key frames, tell what a stream is. */
const picturesToTell = 16;
const stepsToTell = 8;
const keysToTell = 4;
/** Where frame numbers go round, so long a gap may look like none. */
const longestGapPictures = 8;
/** More losses than that in a minute, and pictures with flaws are better than none. */
const lossesInAMinute = 5;
const maxPps = 16;
/** From picture to picture, as a share of what is usual: more than that is a gap. */
const gapSteps = 1.5;
const groupsToTell = 8;
const sliceB = 1;
/** Data partitions, auxiliary and other layers' slices and parameter sets (Table 7-1). */
const otherParts = new Set([2, 3, 4, 13, 14, 15, 19, 20, 21]);

/**
 * Follows an H.264 stream, access unit by access unit: whether it may be kept as it is, and which of its pictures are
 * whole. After a loss nothing counts until the next key frame, so that what is passed on is a legal stream without
 * anything missing between two pictures that need one another. Pure; any bytes may come.
 */
export class StreamJudge {
  readonly #wanted: WantedStream;
  #sets: StreamSets | null = null;
  #sps: Buffer | null = null;
  #pps: Buffer[] = [];
  #inGroup = false;
  #keys = 0;
  #pictures = 0;
  /** Between the last pictures. */
  #steps: number[] = [];
  #lastPts: number | null = null;
  #ticks = 0;
  #keyTicks = 0;
  #pictureTicks = 0;
  #referenceNum = 0;
  #isAfterKey = false;
  /** From key frame to key frame, where nothing was missing between. */
  #groups: number[] = [];
  /** Since the last key frame. */
  #hadGap = false;
  /** Where the parts of a picture begin, and how often in a row. */
  #cut: Cut = { blocks: [], times: 0 };
  #keyCut: Cut = { blocks: [], times: 0 };
  #isRated = false;
  #losses: number[] = [];

  constructor(wanted: WantedStream) {
    this.#wanted = wanted;
  }

  /** Those of the newest key frame. */
  get sets(): StreamSets | null {
    return this.#sets;
  }

  /** Enough was seen to say that the stream may be kept. */
  get isSure(): boolean {
    return this.#inGroup && this.#keys >= 2 && this.#pictures >= picturesToTell;
  }

  push(unit: AccessUnit): Judged {
    try {
      return this.#judge(unit);
    } catch (error) {
      if (error instanceof RangeError) return this.#lose();
      throw error;
    }
  }

  #judge({ pts, nals }: AccessUnit): Judged {
    if (nals.some((nal) => otherParts.has(nalType(nal)))) return { kind: "unfit", because: unfit.layers };
    const changed = this.#takeSets(nals);
    if (changed !== null) return changed;
    const slices = nals.filter(isSlice);
    const [first] = slices;
    if (first === undefined) return { kind: "skipped" };
    if (pts === null) return this.#inGroup ? { kind: "unfit", because: unfit.noTimes } : { kind: "skipped" };
    const isAnotherTime = this.#takeTime(pts);
    if (this.#sets === null) return this.#waitForKey();
    const isKey = nalType(first) === nalTypes.idr;
    const { log2MaxFrameNum } = this.#sets.parts;
    const headers = slices.map((slice) => readSliceHeader(slice, log2MaxFrameNum));
    if (headers.some(({ type }) => type === sliceB)) return { kind: "unfit", because: unfit.bFrames };
    if (isAnotherTime !== null && this.#inGroup) return isAnotherTime;
    if (!this.#isWhole(slices, headers, isKey) || this.#lacksSlices(headers, isKey)) return this.#lose();
    const stop = isKey ? this.#key(nals) : this.#between();
    if (stop !== null) return stop;
    if (isKey || isReference(first)) this.#referenceNum = headers[0]?.frameNum ?? 0;
    this.#isAfterKey = isKey;
    if (this.#pictures > 0) this.#steps.push(this.#ticks - this.#pictureTicks);
    if (this.#steps.length > picturesToTell) this.#steps.shift();
    this.#pictureTicks = this.#ticks;
    this.#pictures += 1;
    const because = isKey ? this.#rate() : null;
    if (because !== null) return { kind: "unfit", because };
    return { kind: "picture", isKey, timeTicks: this.#ticks, nals: nals.filter(isKept) };
  }

  /** The parameter sets of this access unit; another SPS, or a PPS that was not there, is another stream. */
  #takeSets(nals: readonly Buffer[]): Judged | null {
    for (const nal of nals) {
      const isSps = nalType(nal) === nalTypes.sps;
      if (isSps && this.#sps === null) this.#sps = Buffer.from(nal);
      else if (isSps && this.#sps?.equals(nal) !== true) return { kind: "changed" };
      if (nalType(nal) !== nalTypes.pps || this.#pps.some((known) => known.equals(nal))) continue;
      // Also behind a loss: the recording has those of the begin.
      if (this.#keys > 0 || this.#pps.length >= maxPps) return { kind: "changed" };
      this.#pps.push(Buffer.from(nal));
    }
    if (this.#sets !== null || this.#sps === null || this.#pps.length === 0) return null;
    const parts = partsOf(this.#sps);
    if (parts === null) return { kind: "unfit", because: unfit.broken };
    const because = unfitSps(parts, this.#wanted);
    if (because !== null) return { kind: "unfit", because };
    this.#sets = { parts, sps: this.#sps, pps: this.#pps, lacksColour: lacksColour(parts, this.#wanted) };
    return null;
  }

  /** Moves on to the time of this access unit. */
  #takeTime(pts: number): Judged | null {
    const last = this.#lastPts;
    this.#lastPts = pts;
    if (last === null) return null;
    const ahead = (pts - last + wrapTicks) % wrapTicks;
    const step = ahead > wrapTicks / 2 ? ahead - wrapTicks : ahead;
    if (Math.abs(step) > jump) return { kind: "changed" };
    if (step < 0) return { kind: "unfit", because: unfit.order };
    this.#ticks += step;
    return null;
  }

  #isWhole(slices: readonly Buffer[], headers: readonly SliceHeader[], isKey: boolean): boolean {
    const type = isKey ? nalTypes.idr : nalTypes.slice;
    const [first] = headers;
    if (first?.firstBlock !== 0 || (isKey && first.frameNum !== 0)) return false;
    if (slices.some((slice) => nalType(slice) !== type)) return false;
    if (headers.some(({ frameNum }, at) => frameNum !== first.frameNum || (at > 0 && headers[at]?.firstBlock === 0))) {
      return false;
    }
    if (isKey) return true;
    const { log2MaxFrameNum } = this.#sets?.parts ?? { log2MaxFrameNum: 4 };
    return first.frameNum === (this.#referenceNum + 1) % 2 ** log2MaxFrameNum && !this.#hasGap();
  }

  /** Of pictures that were always cut in the same way, this one has some of the same parts and not all. */
  #lacksSlices(headers: readonly SliceHeader[], isKey: boolean): boolean {
    const last = isKey ? this.#keyCut : this.#cut;
    const blocks = headers.map(({ firstBlock }) => firstBlock);
    const lacks = blocks.length < last.blocks.length && blocks.every((block) => last.blocks.includes(block));
    if (lacks && last.times >= (isKey ? keysToTell : picturesToTell)) return true;
    const isSame = blocks.length === last.blocks.length && !blocks.some((block, at) => block !== last.blocks[at]);
    const cut = { blocks, times: isSame ? last.times + 1 : 1 };
    if (isKey) this.#keyCut = cut;
    else this.#cut = cut;
    return false;
  }

  /** A gap in which a key frame may have been, though the frame numbers go on. */
  #hasGap(): boolean {
    const usual = this.#usualTicks();
    const steps = usual === 0 ? 0 : (this.#ticks - this.#pictureTicks) / usual;
    if (steps <= gapSteps) return false;
    this.#hadGap = true;
    if (this.#isAfterKey || steps > longestGapPictures) return true;
    const shortest = Math.min(...this.#groups);
    return this.#groups.length === 0 || this.#ticks - this.#keyTicks >= shortest - usual / 2;
  }

  /** From picture to picture; 0: not known yet. */
  #usualTicks(): number {
    const steps = this.#steps.toSorted((a, b) => a - b);
    const usual = steps[steps.length >> 1] ?? 0;
    if (steps.length >= stepsToTell || usual === 0) return usual;
    return Math.max(usual, (ticksPerSecond * this.#wanted.fpsDen) / this.#wanted.fpsNum);
  }

  #key(nals: readonly Buffer[]): Judged | null {
    if (holdsTwoViews(nals)) return { kind: "unfit", because: unfit.packed };
    if (!this.#inGroup) {
      this.#keys = 0;
      this.#pictures = 0;
    } else {
      const length = this.#ticks - this.#keyTicks;
      // With a gap in it nobody knows how long it is.
      const isGapped = this.#hasGap() || this.#hadGap;
      if (length > longestGroup && !isGapped) return { kind: "unfit", because: unfit.groups };
      if (!isGapped) this.#groups = [...this.#groups, length].slice(-groupsToTell);
    }
    this.#hadGap = false;
    this.#inGroup = true;
    this.#keys += 1;
    this.#keyTicks = this.#ticks;
    return null;
  }

  #between(): Judged | null {
    if (!this.#inGroup) return this.#waitForKey();
    if (this.#ticks - this.#keyTicks <= longestGroup) return null;
    return this.#hadGap ? this.#lose() : { kind: "unfit", because: unfit.groups };
  }

  /** Told once: later a picture may be late, or lost without harm. */
  #rate(): string | null {
    if (this.#isRated || !this.isSure) return null;
    this.#isRated = true;
    const usual = this.#usualTicks();
    return usual === 0 ? null : unfitRate(ticksPerSecond / usual, this.#wanted);
  }

  #waitForKey(): Judged {
    const isTooLong = this.#ticks - this.#keyTicks > longestWait;
    return isTooLong ? { kind: "unfit", because: unfit.noKey } : { kind: "skipped" };
  }

  #lose(): Judged {
    if (!this.#inGroup) return this.#waitForKey();
    this.#inGroup = false;
    const recent = this.#losses.filter((ticks) => this.#ticks - ticks < 60 * ticksPerSecond);
    this.#losses = [...recent, this.#ticks];
    return this.#losses.length > lossesInAMinute ? { kind: "unfit", because: unfit.lossy } : { kind: "skipped" };
  }
}

/** Parameter sets lie in the movie header alone, where finished clips have them; delimiters and filling are of no use. */
function isKept(nal: Buffer): boolean {
  const type = nalType(nal);
  return ![nalTypes.sps, nalTypes.pps, nalTypes.delimiter, nalTypes.filler].some((other) => other === type);
}

function partsOf(sps: Buffer): SpsParts | null {
  try {
    return readSpsParts(sps);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function holdsTwoViews(nals: readonly Buffer[]): boolean {
  try {
    return readFramePacking(withLengths(nals.filter((nal) => nalType(nal) === nalTypes.sei)), 4) !== null;
  } catch (error) {
    // What broken messages do not say is not claimed.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
