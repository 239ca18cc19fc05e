import {
  assumedFigures,
  copyable,
  type DeviceProfile,
  type EncoderChoice,
  fullShape,
  untestedPaths,
} from "../devices/devices.ts";
import type { SourceStateName, SourceStatus } from "./capture-types.ts";
import { shellLine, sourceArguments } from "./command-line/command-line.ts";
import type { ArrivingSize } from "./command-line/graph.ts";
import type { Measured } from "./doctor/doctor.ts";
import type { SourceFinding } from "./doctor/finding.ts";
import { overloadWords } from "./doctor/words.ts";
import type { PassThroughStatus } from "./pass-through/pass-through.ts";
import { receiverArguments } from "./pass-through/receiver.ts";
import type { RingPlan } from "./rings/ring-budget.ts";

/** What a source knows of itself. */
export interface SourceFacts {
  readonly state: SourceStateName;
  readonly message: string | null;
  readonly epoch: number;
  readonly lastFrameAt: number | null;
  readonly restarts: number;
  /** Id of the clip in progress. */
  readonly recording: string | null;
  readonly slowestSyncMs: number;
  readonly findings: readonly SourceFinding[];
  readonly measured: Measured | null;
  readonly frames: number;
  readonly lostFrames: number;
  /** Every how many frames the preview shows. */
  readonly thin: number;
  readonly rings: RingPlan;
  readonly ringBytes: number;
  readonly preRollSeconds: number;
  /** Of clips. */
  readonly encoder: EncoderChoice;
  readonly passThrough: PassThroughStatus | null;
  /** With the device node that its child opens. */
  readonly profile: DeviceProfile;
  readonly ffmpegPath: string;
  /** The size that arrives, where it is not the profile's. */
  readonly arriving: ArrivingSize | null;
}

/** What a source tells of itself: its own facts, those of its profile, and what follows from both. */
export function sourceStatus(facts: SourceFacts): SourceStatus {
  const { profile, rings, encoder, thin, passThrough } = facts;
  const { state, message, epoch, lastFrameAt, restarts, recording, slowestSyncMs } = facts;
  const { findings, measured, frames, lostFrames, ringBytes } = facts;
  const { width, height, fpsNum, fpsDen } = fullShape(profile);
  const fps = fpsNum / fpsDen;
  const { everyNth } = rings;
  return {
    ...{ state, message, epoch, lastFrameAt, width, height, fps, restarts, recording, slowestSyncMs },
    ...{ findings, measured, frames, lostFrames, ringBytes, encoder, passThrough },
    preview: { fps: fps / thin / everyNth, reduced: thin > 1 ? overloadWords : null },
    untested: untestedPaths(profile, encoder.id),
    assumed: assumedFigures(profile),
    limits: rings.told,
    stillsFrom: rings.frames === 0 ? "recording" : everyNth > 1 ? "every-nth" : "every-frame",
    lookBackS: { stills: Math.max(rings.seconds, rings.lookBackSeconds), clips: facts.preRollSeconds },
    commandLine: shellLine(facts.ffmpegPath, commandWords(facts)),
  };
}

/** Of a stream that is passed through, those of the child that receives it: the other one reads from us. */
function commandWords({ profile, passThrough, arriving, encoder, rings }: SourceFacts): string[] {
  const asked = copyable(profile);
  if (passThrough?.copied === true && asked.kind === "asked") return receiverArguments(asked.input);
  return sourceArguments(profile, arriving, encoder.id, rings.everyNth, rings.frames > 0);
}
