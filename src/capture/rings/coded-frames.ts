import { setTimeout as sleep } from "node:timers/promises";
import type { FrameRef } from "../capture-types.ts";
import type { Fragment, FragmentRing } from "./fragment-ring.ts";

/** The ring tells nobody what has come: whoever waits looks again after so long. */
const lookAgainMs = 20;

/** The coded pictures that are remembered, and those that a look back holds, by the number of a frame. */
export class CodedFrames {
  readonly #ring: FragmentRing;
  #held: readonly Fragment[] = [];

  constructor(ring: FragmentRing) {
    this.#ring = ring;
  }

  has(frame: FrameRef): boolean {
    return this.groupOf(frame) !== null;
  }

  /** From the key frame that a frame is decoded from to the fragment that holds it; null: it is not here. */
  groupOf(frame: FrameRef): Fragment[] | null {
    return groupIn(this.#ring.since(frame.seq) ?? [], frame) ?? groupIn(this.#held, frame);
  }

  /** What a frame is decoded from, waiting until it has come; null: it is gone, or did not come in time. */
  async wait(frame: FrameRef, timeoutMs: number): Promise<Fragment[] | null> {
    for (const until = performance.now() + timeoutMs; ; ) {
      const group = this.groupOf(frame);
      const isOver = this.#ring.reaches(frame.epoch, frame.seq) || performance.now() >= until;
      if (group !== null || isOver) return group;
      await sleep(lookAgainMs);
    }
  }

  /** What holds the frames of an epoch from `fromSeq` on stays until `release`; one hold at a time. */
  hold(epoch: number, fromSeq: number): void {
    const fragments = this.#ring.since(fromSeq) ?? [];
    this.#held = fragments[0]?.epoch === epoch ? fragments : [];
  }

  release(): void {
    this.#held = [];
  }
}

function groupIn(fragments: readonly Fragment[], { epoch, seq }: FrameRef): Fragment[] | null {
  const from = fragments.findLastIndex((one) => one.epoch === epoch && one.startsWithKey && one.firstSeq <= seq);
  const to = fragments.findLastIndex((one) => one.epoch === epoch && one.firstSeq <= seq);
  const last = fragments[to];
  if (from === -1 || last === undefined || last.firstSeq + last.frames <= seq) return null;
  return fragments.slice(from, to + 1);
}
