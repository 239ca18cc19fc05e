import { type DeviceProfile, fullShape } from "../devices/devices.ts";
import type { FrameRef } from "./capture-types.ts";
import { type LookBackFloor, LookBackFloors, preRollLimits } from "./clip/look-back.ts";
import { Painted } from "./painted.ts";
import { FragmentRing } from "./rings/fragment-ring.ts";
import { FrameRing } from "./rings/frame-ring.ts";
import { LookBacks } from "./rings/look-backs.ts";
import { PreviewRing } from "./rings/preview-ring.ts";
import type { RingPlan } from "./rings/ring-budget.ts";

/** Of the small pictures of one source. */
const previewBytes = 64_000_000;

/** Everything that a source remembers of what was seen, in memory only, and how far anybody may look back into it. */
export class SourceMemory {
  readonly frames: FrameRing;
  readonly fragments: FragmentRing;
  readonly shown: PreviewRing;
  readonly lookBacks: LookBacks;
  readonly painted = new Painted();
  readonly #floors = new LookBackFloors();

  constructor(profile: DeviceProfile, plan: RingPlan, preRollSeconds: number) {
    const { frames, frameBytes, fragmentBytes } = plan;
    const { fpsNum, fpsDen } = fullShape(profile);
    this.frames = new FrameRing({ frames: Math.max(2, frames), bytes: frameBytes });
    this.fragments = new FragmentRing({ ...preRollLimits(profile, preRollSeconds), bytes: fragmentBytes });
    // A little longer than the full frames: the preview is ahead of them.
    this.shown = new PreviewRing({ frames: frames + Math.ceil(fpsNum / fpsDen), bytes: previewBytes });
    this.lookBacks = new LookBacks({
      frames: this.frames,
      shown: this.shown,
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

  #firstSeqOf(epoch: number): number {
    const { patientSeq, forgottenSeq } = this.#floors.of(epoch);
    return Math.max(patientSeq, forgottenSeq + 1);
  }
}
