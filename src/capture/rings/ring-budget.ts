import { type DeviceProfile, frameBytes, fullShape, keepsSourceJpeg } from "../../devices/devices.ts";
import { preRollLimits } from "../clip/look-back.ts";
import type { PreviewRingLimits } from "./preview-ring.ts";

/** One source that wants to remember pictures. */
export interface RingNeed {
  readonly profile: DeviceProfile;
  /** How long before its press a clip may begin. */
  readonly preRollSeconds: number;
  /** How far a still can be looked back for; beyond what is coded there is none. */
  readonly lookBackSeconds: number;
}

/** For all sources together. */
export interface RingLimits {
  readonly bytes: number;
  /** Through this process. */
  readonly bytesPerS: number;
  /** Memory of the machine. */
  readonly machineBytes: number;
}

export interface RingPlan {
  /** Full-resolution frames to remember; what a look back holds comes on top, once more the same. 0: none come, stills are taken from the coded video. */
  readonly frames: number;
  readonly frameBytes: number;
  /** Of full-resolution frames, as they come. */
  readonly seconds: number;
  /** Of coded video. */
  readonly fragmentBytes: number;
  /** Of the frames that come, one in so many is shown and can be kept as a still; a clip holds all. */
  readonly everyNth: number;
  /** Small pictures to look back by. */
  readonly previews: PreviewRingLimits;
  /** How far one can look back for a still, in seconds, be it only in the coded video. */
  readonly lookBackSeconds: number;
  /** What is less than asked, and what to do, in words; null: nothing is. */
  readonly told: string | null;
}

/** Full resolution: time enough for a preview that is late and for a press that comes late. */
const fullSeconds = 2.5;
/** Less is no help to anybody who presses; then fewer frames a second are remembered for longer. */
const leastSeconds = 0.8;
const leastFrames = 3;
/** The rest of the box wants memory, too. */
const machineShare = 0.4;
/** Of the memory for all, what coded video may take. */
const codedShare = 0.6;
/** Of a small picture, more than it ever was. */
const previewFrameBytes = 120_000;
/** Fewer a second are no moving picture; before that, stills are taken from the coded video. */
const leastShownFps = 5;
/** Of the small pictures that are older than the full frames, at most so many, and at most so many a second. */
const olderPictures = 300;
const olderFps = 10;
/** A look back is held so long, and with it what was coded. */
const holdSeconds = 30;

interface Draft extends RingNeed {
  readonly fps: number;
  readonly isRaw: boolean;
  /** Of one full-resolution frame. */
  readonly size: number;
  everyNth: number;
  /** No full-resolution frame comes: there is no room for enough of them. */
  isCodedOnly: boolean;
}

/**
 * Divides memory and flow among the sources. Where they ask for more than there is, the largest of them shows and
 * remembers one frame in two, in three …; where too few would be left, it shows all and stills come from the recording. Pure.
 */
export function planRings(needs: readonly RingNeed[], limits: RingLimits): RingPlan[] {
  const drafts = needs.map(draftOf);
  const memory = Math.min(limits.bytes, limits.machineBytes * machineShare);
  const flow = (): number => sum(drafts, flowOf);
  const asked = flow();
  while (flow() > limits.bytesPerS && thinLargest(drafts)) {}
  const coded = sum(drafts, codedOf);
  const codedFactor = Math.min(1, (memory * codedShare) / Math.max(1, coded));
  const left = (): number => Math.max(0, memory - coded * codedFactor - sum(drafts, previewsOf));
  const flowNth = drafts.map(({ everyNth }) => everyNth);
  // Each frame counts twice: a look back may hold as many as are remembered.
  const secondsLeft = (): number => Math.min(fullSeconds, left() / Math.max(1, 2 * sum(drafts, rawFlowOf)));
  while (secondsLeft() < leastSeconds && thinLargest(drafts)) {}
  const seconds = secondsLeft();
  return drafts.map((draft, at) => {
    const { size, fps, everyNth, isCodedOnly } = draft;
    const frames = isCodedOnly ? 0 : Math.max(leastFrames, Math.ceil((seconds * fps) / everyNth));
    const words = [
      isCodedOnly && `${fromRecording} ${moreRoom}`,
      everyNth > 1 && thinned(everyNth, (flowNth[at] ?? 1) > 1 ? { asked, limit: limits.bytesPerS } : null),
      !isCodedOnly &&
        seconds < fullSeconds &&
        `At full resolution only the last ${seconds.toFixed(1)} s are remembered: there is not enough memory for more. ${moreMemory}`,
      codedFactor < 1 &&
        `Less than ${draft.preRollSeconds} s before a press may be remembered for clips: there is not enough memory for more. ${moreMemory}`,
    ].filter((one) => one !== false);
    return {
      ...{ frames, everyNth, seconds: isCodedOnly ? 0 : seconds, previews: previewLimits(draft, frames) },
      lookBackSeconds: lookBackOf(draft),
      frameBytes: Math.ceil(frames * size),
      fragmentBytes: Math.floor(codedOf(draft) * codedFactor),
      told: words.length === 0 ? null : words.join(" "),
    };
  });
}

/** The share of the only source of a box of the usual size. */
export function planAlone(need: RingNeed): RingPlan {
  const [plan] = planRings([need], { bytes: 2_000_000_000, bytesPerS: 350_000_000, machineBytes: 16_000_000_000 });
  if (plan === undefined) throw new Error("no plan for a source");
  return plan;
}

const moreMemory = "Raise capture.ringMegabytes where the box has it, or lower the size or rate of a source.";

const moreRoom =
  "There is no room for full frames. Lower the size or rate of a source, or raise capture.flowMegabytesPerS and capture.ringMegabytes where the box has it.";
const fromRecording = "Stills come from the recording and are compressed as it is.";

function thinned(everyNth: number, flow: { readonly asked: number; readonly limit: number } | null): string {
  const part =
    everyNth === 2 ? "every second frame" : everyNth === 3 ? "every third frame" : `one frame in ${everyNth}`;
  const what = `Only ${part} is shown and can be kept as a still; clips hold all.`;
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  return flow === null
    ? `${what} There is not enough memory for more. ${moreMemory}`
    : `${what} The sources together give ${megabytes(flow.asked)} MB/s, and the limit is ${megabytes(flow.limit)} (capture.flowMegabytesPerS). Lower the size or rate of a source.`;
}

function draftOf(need: RingNeed): Draft {
  const { profile } = need;
  const { width, height, fpsNum, fpsDen } = fullShape(profile);
  const isRaw = !keepsSourceJpeg(profile);
  // A card's JPEG takes 2 to 3 bits a pixel.
  const size = isRaw ? frameBytes(profile.input.pixelFormat, width, height) : Math.ceil(width * height * 0.4);
  return { ...need, fps: fpsNum / fpsDen, isRaw, size, everyNth: 1, isCodedOnly: false };
}

/** Thins the source that has the largest flow, or takes its full frames away; false: there is none left. */
function thinLargest(drafts: readonly Draft[]): boolean {
  const largest = drafts
    .filter(({ isRaw, isCodedOnly }) => isRaw && !isCodedOnly)
    .toSorted((a, b) => rawFlowOf(b) - rawFlowOf(a))
    .at(0);
  if (largest === undefined) return false;
  largest.isCodedOnly = largest.fps / (largest.everyNth + 1) < Math.min(leastShownFps, largest.fps / 2);
  largest.everyNth = largest.isCodedOnly ? 1 : largest.everyNth + 1;
  return true;
}

/** What is shown is there a little earlier than its full frame, and a second longer. */
function previewLimits(draft: Draft, frames: number): PreviewRingLimits {
  const { fps, everyNth } = draft;
  const reach = Math.ceil(lookBackOf(draft) * fps);
  const newest = frames + Math.ceil(fps);
  const older = { everyNth: Math.max(everyNth, Math.round(fps / olderFps), Math.ceil(reach / olderPictures)), reach };
  return { frames: newest, bytes: (newest + Math.ceil(reach / older.everyNth)) * previewFrameBytes, older };
}

const sum = (drafts: readonly Draft[], of: (draft: Draft) => number): number =>
  drafts.reduce((total, draft) => total + of(draft), 0);
const lookBackOf = ({ lookBackSeconds, preRollSeconds }: RingNeed): number => Math.min(lookBackSeconds, preRollSeconds);
const rawFlowOf = ({ size, fps, everyNth, isCodedOnly }: Draft): number => (isCodedOnly ? 0 : (size * fps) / everyNth);
const flowOf = (draft: Draft): number =>
  rawFlowOf(draft) + (previewFrameBytes * draft.fps) / draft.everyNth + draft.profile.clip.encoder.maxBitrateKbps * 125;
const codedOf = ({ profile, preRollSeconds }: Draft): number => preRollLimits(profile, preRollSeconds).bytes;
/** Of the full frames at most, each once more for who holds them, and what was coded for as long as it is held. */
function previewsOf(draft: Draft): number {
  const { fps, everyNth, profile } = draft;
  const frames = Math.ceil((fullSeconds * fps) / everyNth);
  const coded = lookBackOf(draft) === 0 ? 0 : holdSeconds * profile.clip.encoder.maxBitrateKbps * 125;
  return 2 * previewLimits(draft, frames).bytes + coded;
}
