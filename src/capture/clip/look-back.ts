import { clipShape, type DeviceProfile, fullShape } from "../../devices/devices.ts";
import type { FrameRef } from "../capture-types.ts";
import type { FragmentRingLimits } from "../rings/fragment-ring.ts";

/** Where a look back ends, as sequence numbers of one epoch. */
export interface LookBackFloor {
  /** No frame before this one: another patient began then. 0: none did. */
  readonly patientSeq: number;
  /** The frames up to this one were forgotten, at the end of a procedure or a change of patient. -1: none were. */
  readonly forgottenSeq: number;
}

/** What a source remembers of such moments, by the newest frame of each; null: there was no picture yet. */
export class LookBackFloors {
  #patient: FrameRef | null = null;
  #forgotten: FrameRef | null = null;

  limit(newest: FrameRef | null): void {
    this.#patient = newest;
  }

  forget(newest: FrameRef | null): void {
    this.#forgotten = newest;
  }

  /** What began or was forgotten in an epoch before reaches no frame of this one; in a later one, every frame. */
  of(epoch: number): LookBackFloor {
    const seqOf = (frame: FrameRef | null, none: number): number => {
      if (frame === null || frame.epoch < epoch) return none;
      return frame.epoch > epoch ? Number.POSITIVE_INFINITY : frame.seq;
    };
    return { patientSeq: seqOf(this.#patient, 0), forgottenSeq: seqOf(this.#forgotten, -1) };
  }
}

/** A press may name a frame that is on its way to a screen for so long. */
const pressSeconds = 1;

/** The ring that a clip may begin in `preRollSeconds` before its press, whole groups of pictures, at the encoder's rate. */
export function preRollLimits(profile: DeviceProfile, preRollSeconds: number): FragmentRingLimits {
  const { fpsNum, fpsDen } = fullShape(profile);
  const { maxBitrateKbps, gopSeconds } = profile.clip.encoder;
  // The encoder's buffer is as large as a second of its highest rate: so much more may come at once.
  const seconds = preRollSeconds + gopSeconds + pressSeconds + 1;
  return {
    frames: Math.ceil(((preRollSeconds + pressSeconds) * fpsNum) / fpsDen),
    bytes: Math.max(16_000_000, Math.ceil(seconds * maxBitrateKbps * 125 * 1.05)),
  };
}

/** Says how much shorter than asked a look back is, and why; null where it is not. */
export function shorterLookBack(
  profile: DeviceProfile,
  asked: { readonly pressedSeq: number; readonly lookBackMs: number },
  firstSeq: number,
  floor: LookBackFloor,
): string | null {
  const { fpsNum, fpsDen } = clipShape(profile);
  const frameMs = (1000 * fpsDen) / fpsNum;
  const gotMs = Math.max(0, (asked.pressedSeq - firstSeq) * frameMs);
  if (asked.lookBackMs === 0 || gotMs >= asked.lookBackMs - 1.5 * frameMs) return null;
  const group = Math.ceil((profile.clip.encoder.gopSeconds * 1000) / frameMs);
  const isJustAfter = (seq: number): boolean => seq > 0 && firstSeq >= seq && firstSeq <= seq + group;
  const why =
    floor.patientSeq > floor.forgottenSeq && isJustAfter(floor.patientSeq)
      ? "this procedure began then"
      : isJustAfter(floor.forgottenSeq)
        ? "what was before was forgotten with its procedure"
        : firstSeq <= group
          ? "the picture is there only since then"
          : "no more is remembered";
  const [got, whole] = [secondsOf(gotMs), secondsOf(asked.lookBackMs)];
  return `The look back is only ${got} s instead of ${whole} s: ${why}.`;
}

function secondsOf(ms: number): string {
  return ms < 10_000 ? (ms / 1000).toFixed(1) : String(Math.round(ms / 1000));
}
