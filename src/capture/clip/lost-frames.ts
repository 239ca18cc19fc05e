import { changedSteps, UsualStep } from "./usual-step.ts";

/** A longer silence is no gap in a stream: the clock behind the time stamps was set. The child is ended before. */
const longestGapUs = 20_000_000;
/** A frame that came late is no lost one when those after it come early: so much later it still counts as that. */
const catchUpUs = 1_000_000;
const maxGaps = 4096;
/** It is known sooner how fast a source is, but where all frames come in crowds. */
const maxEarly = 1024;
/** Of what a frame is off its moment, so much moves the moments after it, and so much the time between them. */
const phaseShare = 0.05;
const rateShare = 0.002;
const mostDrift = 0.02;

interface Gap {
  readonly afterSeq: number;
  /** Lost since the first frame, this gap included. */
  total: number;
}

interface Counted {
  readonly seq: number;
  readonly timeUs: number;
}

/**
 * Which frames of a source never reached us, from the source's own time stamps: sequence numbers have no gap where a
 * frame was lost before it was counted. Each frame is held against the moment when it had to come; so one that is late
 * and is caught up later is not lost, and what is lost again and again does not become what is usual. One tracker for
 * one epoch.
 */
export class LostFrames {
  readonly #usual: UsualStep;
  readonly #catchUpFrames: number;
  /** Those before it was known how fast the source is. */
  #early: Counted[] = [];
  #last: Counted | null = null;
  /** When the next frame has to come. */
  #dueUs = 0;
  /** The source's own time between frames, as a share of what is usual. */
  #pace = 1;
  #steadyFrames = 0;
  #gaps: Gap[] = [];
  #total = 0;

  /** `fpsNum / fpsDen`: the nominal rate of the frames that are counted. */
  constructor(fpsNum: number, fpsDen: number) {
    this.#usual = new UsualStep((1_000_000 * fpsDen) / fpsNum);
    this.#catchUpFrames = Math.ceil((catchUpUs / 1_000_000) * (fpsNum / fpsDen));
  }

  /** Frames lost since the first one. */
  get total(): number {
    return this.#total;
  }

  /**
   * Takes the time stamp of a frame, in order of `seq`. Returns how many were found lost by it, of which most were lost just
   * before it; below 0: so many that were counted as lost had only been late.
   */
  onTime(seq: number, timeUs: number): number {
    const frame = { seq, timeUs };
    const last = this.#last;
    this.#last = frame;
    const before = this.#total;
    const step = last === null ? 0 : timeUs - last.timeUs;
    if (last === null || step < 0 || step > longestGapUs) {
      this.#settleEarly();
      this.#early = this.#usual.us === null ? [frame] : [];
      this.#dueUs = timeUs + this.#stepUs();
      return this.#total - before;
    }
    const news = this.#usual.push(step);
    if (this.#usual.us === null) {
      this.#early.push(frame);
      if (this.#early.length > maxEarly) this.#early = this.#early.slice(-maxEarly / 2);
    } else if (news === "changed") this.#changed(frame);
    else if (news === "known") {
      this.#early.push(frame);
      this.#settleEarly();
    } else this.#place(frame);
    return this.#total - before;
  }

  /** Frames lost after `firstSeq` and before `lastSeq`: those missing in a clip of both and all between. */
  between(firstSeq: number, lastSeq: number): number {
    return this.#totalBefore(lastSeq) - this.#totalBefore(firstSeq);
  }

  #totalBefore(seq: number): number {
    return this.#gaps.findLast((gap) => gap.afterSeq < seq)?.total ?? 0;
  }

  #stepUs(): number {
    return (this.#usual.us ?? 0) * this.#pace;
  }

  #settleEarly(): void {
    const [first, ...others] = this.#early;
    this.#early = [];
    if (first === undefined || this.#usual.us === null) return;
    this.#dueUs = first.timeUs + this.#stepUs();
    for (const frame of others) this.#place(frame);
  }

  /** The source is slower or faster than it was: none of its last frames was lost by that. */
  #changed({ seq, timeUs }: Counted): void {
    this.#takeBack(Number.POSITIVE_INFINITY, seq - changedSteps);
    this.#pace = 1;
    this.#dueUs = timeUs + this.#stepUs();
  }

  #place({ seq, timeUs }: Counted): void {
    const stepUs = this.#stepUs();
    const off = (timeUs - this.#dueUs) / stepUs;
    const frames = Math.round(off);
    let isPlaced = true;
    if (frames > 0) this.#lose(seq - 1, frames);
    if (frames < 0) isPlaced = this.#takeBack(-frames, seq - this.#catchUpFrames) === -frames;
    const rest = isPlaced ? off - frames : 0;
    this.#dueUs = timeUs - rest * (1 - phaseShare) * stepUs + stepUs;
    // Where frames are missing their moments say more about us than about the source.
    this.#steadyFrames = frames === 0 ? this.#steadyFrames + 1 : 0;
    if (this.#steadyFrames < this.#catchUpFrames) return;
    this.#pace = Math.min(1 + mostDrift, Math.max(1 - mostDrift, this.#pace + rateShare * rest));
  }

  #lose(afterSeq: number, frames: number): void {
    this.#total += frames;
    this.#gaps.push({ afterSeq, total: this.#total });
    // Which frame a very old loss was at matters less than that it is counted.
    if (this.#gaps.length > maxGaps) this.#gaps = this.#gaps.filter((_gap, at) => at % 2 === 1);
  }

  /** Takes up to `frames` of the newest losses back, none from before `oldestSeq`. Returns how many. */
  #takeBack(frames: number, oldestSeq: number): number {
    let left = frames;
    for (let gap = this.#gaps.at(-1); gap !== undefined && left > 0; gap = this.#gaps.at(-1)) {
      if (gap.afterSeq < oldestSeq) break;
      const lost = gap.total - (this.#gaps.at(-2)?.total ?? 0);
      const back = Math.min(lost, left);
      left -= back;
      gap.total -= back;
      this.#total -= back;
      if (back === lost) this.#gaps.pop();
    }
    return frames - left;
  }
}
