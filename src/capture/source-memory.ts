import { type DeviceProfile, fullShape } from "../devices/devices.ts";
import type { FrameRef } from "./capture-types.ts";
import { type LookBackFloor, LookBackFloors, preRollLimits } from "./clip/look-back.ts";
import { Painted } from "./painted.ts";
import { CodedFrames } from "./rings/coded-frames.ts";
import { FragmentRing } from "./rings/fragment-ring.ts";
import { FrameRing } from "./rings/frame-ring.ts";
import { LookBacks } from "./rings/look-backs.ts";
import { PreviewRing } from "./rings/preview-ring.ts";
import type { RingPlan } from "./rings/ring-budget.ts";

/** Everything that a source remembers of what was seen, in memory only, and how far anybody may look back into it. */
export class SourceMemory {
  readonly frames: FrameRing;
  readonly fragments: FragmentRing;
  readonly shown: PreviewRing;
  /** The frames that a still can be decoded from `fragments` for. */
  readonly coded: CodedFrames;
  /** No full-resolution frames come: stills are taken from what is coded. */
  readonly isCodedOnly: boolean;
  readonly lookBacks: LookBacks;
  readonly painted = new Painted();
  readonly #floors = new LookBackFloors();
  /** So many frames before the newest can be looked back to in what is coded. */
  readonly #codedReach: number;

  constructor(profile: DeviceProfile, plan: RingPlan, preRollSeconds: number) {
    const { frames, frameBytes, fragmentBytes } = plan;
    const { fpsNum, fpsDen } = fullShape(profile);
    this.frames = new FrameRing({ frames: Math.max(2, frames), bytes: frameBytes });
    this.fragments = new FragmentRing({ ...preRollLimits(profile, preRollSeconds), bytes: fragmentBytes });
    this.coded = new CodedFrames(this.fragments);
    this.isCodedOnly = frames === 0;
    this.#codedReach = Math.ceil((plan.lookBackSeconds * fpsNum) / fpsDen);
    this.shown = new PreviewRing(plan.previews);
    this.lookBacks = new LookBacks({
      frames: this.frames,
      shown: this.shown,
      coded: this.coded,
      codedReach: this.#codedReach,
      floorOf: (epoch) => this.#firstSeqOf(epoch),
    });
  }

  get bytes(): number {
    return this.frames.bytes + this.fragments.bytes + this.shown.bytes;
  }

  floorOf(epoch: number): LookBackFloor {
    return this.#floors.of(epoch);
  }

  /** It was seen before the rings were emptied, and comes out of the pipes only now. */
  isForgotten({ epoch, seq }: FrameRef): boolean {
    return seq <= this.#floors.of(epoch).forgottenSeq;
  }

  /** Forgets every frame up to `newest`, those included that are still on their way through the pipes. */
  empty(newest: FrameRef | null): void {
    // First, so that the frames which only a look back still holds are blanked with the others.
    this.frames.empty();
    this.lookBacks.empty();
    this.fragments.empty();
    this.shown.empty();
    this.painted.forget();
    this.#floors.forget(newest);
  }

  /** From here on no look back reaches `newest` or a frame before it. */
  limit(newest: FrameRef | null): void {
    this.#floors.limit(newest);
    this.lookBacks.end();
  }

  /** The frame can be taken from what is coded: as a look back, or with nothing else to keep, as a press. */
  hasCoded(frame: FrameRef): boolean {
    const isAllowed = this.isCodedOnly || (this.#codedReach > 0 && this.reaches(frame));
    return isAllowed && this.coded.has(frame);
  }

  /** No look back is refused that reaches this frame. */
  reaches({ epoch, seq }: FrameRef): boolean {
    return seq >= this.#firstSeqOf(epoch);
  }

  #firstSeqOf(epoch: number): number {
    const { patientSeq, forgottenSeq } = this.#floors.of(epoch);
    return Math.max(patientSeq, forgottenSeq + 1);
  }
}
