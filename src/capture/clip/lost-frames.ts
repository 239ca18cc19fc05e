/** The rate that a source really has is told from so many of its newest steps. */
const rememberedSteps = 31;
/** A longer silence is no gap in a stream: the clock behind the time stamps was set. The child is ended before. */
const longestGapUs = 20_000_000;
/** A frame that came late is no lost one when those after it come early: so many frames later it still counts as that. */
const catchUpFrames = 3;
const maxGaps = 4096;

interface Gap {
  readonly afterSeq: number;
  /** Lost since the first frame, this gap included. */
  total: number;
}

/**
 * Which frames of a source never reached us, from the source's own time stamps: sequence numbers have no gap where a
 * frame was lost before it was counted. One tracker for one epoch.
 */
export class LostFrames {
  readonly #nominalUs: number;
  readonly #steps: number[] = [];
  #last: { readonly seq: number; readonly timeUs: number } | null = null;
  #gaps: Gap[] = [];
  #total = 0;

  /** `fpsNum / fpsDen`: the nominal rate of the frames that are counted. */
  constructor(fpsNum: number, fpsDen: number) {
    this.#nominalUs = (1_000_000 * fpsDen) / fpsNum;
  }

  /** Frames lost since the first one. */
  get total(): number {
    return this.#total;
  }

  /**
   * Takes the time stamp of a frame, in order of `seq`. Returns how many were lost just before it; -1: one that was counted
   * as lost was only late.
   */
  onTime(seq: number, timeUs: number): number {
    const last = this.#last;
    this.#last = { seq, timeUs };
    if (last === null) return 0;
    const step = timeUs - last.timeUs;
    if (step <= 0 || step > longestGapUs) return 0;
    const usual = this.#usualUs();
    this.#steps.push(step);
    if (this.#steps.length > rememberedSteps) this.#steps.shift();
    const frames = Math.round(step / usual);
    if (frames === 0 && this.#wasLate(seq)) return -1;
    if (frames < 2) return 0;
    this.#total += frames - 1;
    this.#gaps.push({ afterSeq: last.seq, total: this.#total });
    // Which frame a very old loss was at matters less than that it is counted.
    if (this.#gaps.length > maxGaps) this.#gaps = this.#gaps.filter((_gap, at) => at % 2 === 1);
    return frames - 1;
  }

  /** Frames lost after `firstSeq` and before `lastSeq`: those missing in a clip of both and all between. */
  between(firstSeq: number, lastSeq: number): number {
    return this.#totalBefore(lastSeq) - this.#totalBefore(firstSeq);
  }

  #totalBefore(seq: number): number {
    return this.#gaps.findLast((gap) => gap.afterSeq < seq)?.total ?? 0;
  }

  /** A source of another rate than the nominal one loses no frames by it: the middle of its steps is what is usual. */
  #usualUs(): number {
    const { length } = this.#steps;
    if (length < 5) return this.#nominalUs;
    const middle = this.#steps.toSorted((a, b) => a - b)[length >> 1] ?? this.#nominalUs;
    return Math.max(middle, this.#nominalUs / 2);
  }

  /** Takes the newest loss back where it is so young that this frame explains it. */
  #wasLate(seq: number): boolean {
    const gap = this.#gaps.at(-1);
    if (gap === undefined || seq - gap.afterSeq > catchUpFrames + 1) return false;
    const before = this.#gaps.at(-2)?.total ?? 0;
    gap.total -= 1;
    this.#total -= 1;
    if (gap.total === before) this.#gaps.pop();
    return true;
  }
}
