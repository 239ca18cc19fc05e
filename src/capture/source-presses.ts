import { clipShape, type DeviceProfile, fullShape, keepsSourceJpeg, sourceLossyMethod } from "../devices/devices.ts";
import { CaptureError } from "./capture-error.ts";
import type {
  FinishedClip,
  FrameRef,
  KeepLastRequest,
  KeepStillRequest,
  KeptStill,
  StartClipRequest,
  StartedClip,
} from "./capture-types.ts";
import type { ClipKeeper } from "./clip/clip-keeper.ts";
import type { SourceMemory } from "./source-memory.ts";
import { keepStill } from "./still/keep-still.ts";
import { RecordedStills } from "./still/recorded-stills.ts";
import { StillEncoder } from "./still/still-encoder.ts";

export interface SourcePressesOptions {
  readonly profile: DeviceProfile;
  readonly ffmpegPath: string;
  readonly memory: SourceMemory;
  readonly clips: ClipKeeper;
  readonly now: () => SourceNow;
}

/** How a source is at the moment of a press. */
export interface SourceNow {
  readonly isLive: boolean;
  /** That can be kept; null: none. */
  readonly newest: FrameRef | null;
  /** Of the child that runs. */
  readonly runningEpoch: number | null;
  /** What is wrong, and what to do; null while live. */
  readonly message: string | null;
}

const justShownSeconds = 2;

/** What is kept of a source at a press: stills, clips, the last seconds. */
export class SourcePresses {
  readonly #options: SourcePressesOptions;
  readonly #encoder: StillEncoder | null;
  readonly #recorded: RecordedStills;

  constructor(options: SourcePressesOptions) {
    this.#options = options;
    const { profile, ffmpegPath, memory, clips } = options;
    this.#encoder = keepsSourceJpeg(profile) ? null : new StillEncoder({ ffmpegPath, profile });
    const initOf = (epoch: number): Buffer | null => clips.initOf(epoch);
    this.#recorded = new RecordedStills({ ffmpegPath, profile, coded: memory.coded, initOf });
  }

  get encoderPid(): number | undefined {
    return this.#encoder?.childPid;
  }

  warm(): void {
    if (!this.#options.memory.isCodedOnly) void this.#encoder?.warm();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#encoder?.stop(), this.#recorded.stop()]);
  }

  keepStill(request: KeepStillRequest): Promise<KeptStill> {
    const { profile, memory } = this.#options;
    const { newest, message, isLive } = this.#options.now();
    const { width, height } = fullShape(profile);
    return keepStill(request, {
      frames: memory.frames,
      encoder: this.#encoder,
      encoding: profile.still.encoding,
      recorded: {
        ...{ stills: this.#recorded, isOnly: memory.isCodedOnly, ...clipShape(profile) },
        has: (frame) => memory.hasCoded(frame) && (memory.reaches(frame) || this.#isJustShown(frame, newest)),
      },
      ...{ width, height, newest, message },
      shown: (frame) => memory.shown.find(frame)?.jpeg ?? null,
      isTooOld: (frame) => this.#isTooOld(frame),
      live: isLive,
      fps: this.#fps(),
      sourceWasLossy: sourceLossyMethod(profile) !== null,
    });
  }

  async startClip(request: StartClipRequest): Promise<StartedClip> {
    const frame = this.#pressOf(request.frame);
    return this.#options.clips.start(request, { frame, runs: this.#runs(frame), noSignal: this.#noSignal });
  }

  keepLast(request: KeepLastRequest): Promise<FinishedClip> {
    const { memory, clips, now } = this.#options;
    const noSignal = this.#noSignal;
    if (now().newest !== null) {
      const frame = this.#pressOf(request.frame);
      return clips.keepLast(request, { frame, runs: this.#runs(frame), noSignal });
    }
    // What was seen before the signal went is still remembered.
    const kept = memory.fragments.newest;
    if (kept === null) return Promise.reject(noSignal());
    const { epoch } = kept;
    const newest = kept.firstSeq + kept.frames - 1;
    const seq = request.frame?.epoch === epoch ? Math.min(request.frame.seq, newest) : newest;
    return clips.keepLast(request, { frame: { epoch, seq }, runs: () => false, noSignal });
  }

  /** Whether the child of this frame still runs. */
  #runs({ epoch }: FrameRef): () => boolean {
    return () => this.#options.now().runningEpoch === epoch;
  }

  /** The frame a press means: the one it names, where that is of this epoch, else the newest. Throws "no-signal". */
  #pressOf(frame: FrameRef | undefined): FrameRef {
    const { newest } = this.#options.now();
    if (newest === null) throw this.#noSignal();
    const isKnown = frame?.epoch === newest.epoch && frame.seq <= newest.seq && !this.#isTooOld(frame);
    return isKnown ? frame : newest;
  }

  /** Seen more than a second before the patient began: a hung screen or a look back names it, no press. */
  #isTooOld({ epoch, seq }: FrameRef): boolean {
    return seq < this.#options.memory.floorOf(epoch).patientSeq - this.#fps();
  }

  /** A press means what is on the screen, also where the next patient began since. */
  #isJustShown({ epoch, seq }: FrameRef, newest: FrameRef | null): boolean {
    return newest?.epoch === epoch && seq > newest.seq - justShownSeconds * this.#fps();
  }

  #fps(): number {
    const { fpsNum, fpsDen } = fullShape(this.#options.profile);
    return fpsNum / fpsDen;
  }

  readonly #noSignal = (): CaptureError => {
    const { message } = this.#options.now();
    return new CaptureError("no-signal", `Nothing was kept: ${message ?? "the picture is not there yet."}`);
  };
}
