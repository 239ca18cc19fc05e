import { clipShape, type DeviceProfile } from "../../devices/devices.ts";
import { CaptureError } from "../capture-error.ts";
import type { ClipEnded, FinishedClip, FrameRef, StartClipRequest, StartedClip } from "../capture-types.ts";
import type { Fragment, FragmentRing } from "../rings/fragment-ring.ts";
import { Recording } from "./recording.ts";

export interface ClipKeeperOptions {
  readonly profile: DeviceProfile;
  readonly ffmpegPath: string;
  readonly fragments: FragmentRing;
  /** Recording began or ended. */
  readonly onChange: () => void;
  /** A clip ended without a press. */
  readonly onEnded: (ended: ClipEnded) => void;
}

export interface ClipPress {
  readonly frame: FrameRef;
  /** The child that made the frame still runs. */
  readonly runs: () => boolean;
  readonly noSignal: () => CaptureError;
}

const waitForFragmentMs = 2000;
const rememberedClips = 16;

/** The clips of one source: the one in progress, and those that are being finished. */
export class ClipKeeper {
  readonly #options: ClipKeeperOptions;
  /** Clips that are being finished or are: a stop that comes late gets its answer. */
  readonly #finished = new Map<string, Promise<FinishedClip>>();
  readonly #fragmentWaits = new Set<() => void>();
  #init: Buffer | null = null;
  #recording: Recording | null = null;
  #starting: string | null = null;

  constructor(options: ClipKeeperOptions) {
    this.#options = options;
  }

  /** The clip in progress, or the one that is about to be. */
  get recordingId(): string | null {
    return this.#recording?.id ?? this.#starting;
  }

  get isRecording(): boolean {
    return this.#recording !== null;
  }

  /** `ftyp` and `moov` of the child that runs now; null: a new one begins. */
  setInit(init: Buffer | null): void {
    this.#init = init;
  }

  add(fragment: Fragment): void {
    this.#recording?.add(fragment);
    this.wake();
  }

  /** Whoever waits for a fragment looks again: one came, or none will. */
  wake(): void {
    for (const wake of this.#fragmentWaits) wake();
  }

  async start(request: StartClipRequest, press: ClipPress): Promise<StartedClip> {
    const { fragments: ring, profile, ffmpegPath } = this.#options;
    if (this.recordingId !== null) {
      throw new CaptureError("already-recording", "This source is recording already. Stop that clip first.");
    }
    this.#starting = request.id;
    try {
      const startedAtMs = Date.now();
      await this.#fragmentOf(press);
      const fragments = ring.since(press.frame.seq);
      const [first] = fragments ?? [];
      // The child may have ended while this waited: what it left is of no use to a recording that goes on.
      if (!press.runs() || fragments === null || first?.epoch !== press.frame.epoch || this.#init === null) {
        throw press.noSignal();
      }
      const shape = clipShape(profile);
      const lateMs = Math.max(0, ((first.firstSeq - press.frame.seq) * 1000 * shape.fpsDen) / shape.fpsNum);
      const recording = new Recording({
        ...{ request, epoch: press.frame.epoch, shape, ffmpegPath, init: this.#init, fragments, startedAtMs, lateMs },
        onDiskError: () => this.end("The recording ended early because the disk did not take it."),
      });
      this.#recording = recording;
      this.#options.onChange();
      return await recording.begin();
    } finally {
      this.#starting = null;
    }
  }

  /** Ends with `frame`, else with the newest. A clip that ended by itself answers with what it kept. */
  stop(id: string, frame: FrameRef | undefined, newestSeq: number): Promise<FinishedClip> {
    const finished = this.#finished.get(id);
    if (finished !== undefined) return finished;
    const recording = this.#recording;
    if (recording === null || recording.id !== id) {
      return Promise.reject(new CaptureError("not-recording", "This clip is not being recorded any more."));
    }
    const seq = frame?.epoch === recording.epoch ? frame.seq : newestSeq;
    const clip = recording.stopAfter(seq, waitForFragmentMs);
    this.#remember(id, clip);
    void recording.full.then(() => this.#gone(recording));
    return clip;
  }

  /** Ends the clip in progress without a press, keeps what it has and tells. */
  end(reason: string): void {
    const recording = this.#recording;
    if (recording === null) return;
    const { id } = recording;
    const pressed = this.#finished.has(id);
    const clip = recording.finish(reason);
    this.#gone(recording);
    if (pressed) return;
    this.#remember(id, clip);
    clip.then(
      (finished) => this.#options.onEnded({ id, clip: finished, error: null }),
      (error: unknown) =>
        this.#options.onEnded({ id, clip: null, error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }

  /** Settles when every clip that was ended is finished. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#finished.values());
  }

  /** Waits until the H.264 of a frame has arrived, so that the last key frame before it is known, and for a key frame. */
  async #fragmentOf({ frame, runs }: ClipPress): Promise<void> {
    const { fragments } = this.#options;
    const until = performance.now() + waitForFragmentMs;
    const here = (): boolean => fragments.reaches(frame.epoch, frame.seq) && fragments.since(frame.seq) !== null;
    while (!here() && runs() && performance.now() < until) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#fragmentWaits.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, until - performance.now());
        this.#fragmentWaits.add(wake);
      });
    }
  }

  #gone(recording: Recording): void {
    if (this.#recording !== recording) return;
    this.#recording = null;
    this.#options.onChange();
  }

  #remember(id: string, clip: Promise<FinishedClip>): void {
    clip.catch(() => {});
    this.#finished.set(id, clip);
    for (const oldest of this.#finished.keys()) {
      if (this.#finished.size <= rememberedClips) break;
      this.#finished.delete(oldest);
    }
  }
}
