import { clipShape, type DeviceProfile } from "../../devices/devices.ts";
import { CaptureError } from "../capture-error.ts";
import type {
  ClipEnded,
  FinishedClip,
  FrameRef,
  KeepLastRequest,
  StartClipRequest,
  StartedClip,
} from "../capture-types.ts";
import type { Fragment, FragmentRing } from "../rings/fragment-ring.ts";
import { type LookBackFloor, shorterLookBack } from "./look-back.ts";
import { Recording } from "./recording.ts";

export interface ClipKeeperOptions {
  readonly profile: DeviceProfile;
  readonly ffmpegPath: string;
  readonly fragments: FragmentRing;
  /** Where a look back in that epoch ends. */
  readonly floorOf: (epoch: number) => LookBackFloor;
  /** Frames that the source lost between two of that epoch. */
  readonly lostBetween: (epoch: number, firstSeq: number, lastSeq: number) => number;
  /** Recording began or ended. */
  readonly onChange: () => void;
  /** A clip ended without a press. */
  readonly onEnded: (ended: ClipEnded) => void;
  /** Pictures were on the disk so many ms after they had been handed to the writer. */
  readonly onSynced: (waitedMs: number) => void;
}

export interface ClipPress {
  readonly frame: FrameRef;
  /** The child that made the frame still runs. */
  readonly runs: () => boolean;
  readonly noSignal: () => CaptureError;
}

const waitForFragmentMs = 2000;
const rememberedClips = 16;
/** Of what is remembered, being written at once: each holds its pictures in memory. */
const maxKeepsAtOnce = 2;
const keptNothing = "Nothing was kept: ";

/** The clips of one source: the one in progress, and those that are being finished. */
export class ClipKeeper {
  readonly #options: ClipKeeperOptions;
  /** Clips that are being finished or are: a stop that comes late gets its answer. */
  readonly #finished = new Map<string, Promise<FinishedClip>>();
  readonly #fragmentWaits = new Set<() => void>();
  /** The newest `ftyp` and `moov`; those of a child that ended still belong to what is remembered of it. */
  #init: { readonly epoch: number; readonly bytes: Buffer } | null = null;
  #recording: Recording | null = null;
  #starting: string | null = null;
  #keeps = 0;

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

  /** `ftyp` and `moov` of the child that runs now. */
  setInit(epoch: number, bytes: Buffer): void {
    this.#init = { epoch, bytes };
  }

  /** The same, as long as it is that of this epoch. */
  initOf(epoch: number): Buffer | null {
    return this.#init?.epoch === epoch ? this.#init.bytes : null;
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
    if (this.recordingId !== null) {
      throw new CaptureError("already-recording", "This source is recording already. Stop that clip first.");
    }
    this.#starting = request.id;
    // As it is at the press: whoever is next on the table ends the look back of others, not of this one.
    const floor = this.#options.floorOf(press.frame.epoch);
    try {
      await this.#fragmentOf(press);
      const fragments = this.#remembered(press.frame, request.lookBackMs ?? 0, floor);
      // The child may have ended while this waited: what it left is of no use to a recording that goes on.
      if (!press.runs() || fragments === null) throw press.noSignal();
      const recording = this.#newRecording({ lookBackMs: 0, ...request, floor }, press.frame, fragments, () =>
        this.end("The recording ended early because the disk did not take it.", false),
      );
      this.#recording = recording;
      this.#options.onChange();
      return await recording.begin();
    } finally {
      this.#starting = null;
    }
  }

  /** A clip of what is remembered up to the press, whatever is being recorded. */
  async keepLast(request: KeepLastRequest, press: ClipPress): Promise<FinishedClip> {
    if (this.#keeps >= maxKeepsAtOnce) {
      throw new CaptureError("busy", `${keptNothing}what was asked for before is still being written. Press again.`);
    }
    this.#keeps += 1;
    const { frame } = press;
    const { lookBackMs } = request;
    // As for `start`.
    const floor = this.#options.floorOf(frame.epoch);
    try {
      await this.#fragmentOf(press);
      const upTo = this.#remembered(frame, lookBackMs, floor)?.filter(({ firstSeq }) => firstSeq <= frame.seq) ?? [];
      const [first, newest] = [upTo[0], upTo.at(-1)];
      // It has no right to the group of pictures before its press: nothing but a look back was asked for.
      if (first !== undefined && first.firstSeq < floor.patientSeq) {
        throw new CaptureError("no-look-back", `${keptNothing}this procedure began only just now.`);
      }
      if (newest === undefined) {
        throw new CaptureError("no-look-back", `${keptNothing}there is no picture to look back to.`);
      }
      if (newest.atMs < Date.now() - lookBackMs - waitForFragmentMs) {
        throw new CaptureError("no-look-back", `${keptNothing}the picture has been gone for longer than that.`);
      }
      const recording = this.#newRecording({ ...request, floor }, frame, upTo, () => {});
      const clip = recording.begin().then(() => recording.finish(null));
      this.#remember(request.id, clip);
      return await clip;
    } finally {
      this.#keeps -= 1;
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
    // A screen cannot name a frame that is not there yet.
    const seq = frame?.epoch === recording.epoch ? Math.min(frame.seq, newestSeq) : newestSeq;
    const clip = recording.stopAfter(seq, waitForFragmentMs);
    this.#remember(id, clip);
    void recording.full.then(() => this.#gone(recording));
    return clip;
  }

  /** Ends the clip in progress without a press, keeps what it has and tells. */
  end(reason: string, isInputLost: boolean): void {
    const recording = this.#recording;
    if (recording === null) return;
    const { id, lastFrameAtMs } = recording;
    const pressed = this.#finished.has(id);
    const clip = recording.finish(reason);
    this.#gone(recording);
    if (pressed) return;
    this.#remember(id, clip);
    this.#options.onEnded({ id, isInputLost, lastFrameAtMs, clip });
  }

  /** Settles when every clip that was ended is finished. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#finished.values());
  }

  /** What is remembered from so long before the frame on; null: nothing of its epoch that a clip can begin with. */
  #remembered(frame: FrameRef, lookBackMs: number, floor: LookBackFloor): Fragment[] | null {
    const { fragments: ring, profile } = this.#options;
    const { fpsNum, fpsDen } = clipShape(profile);
    const wantedSeq = frame.seq - Math.ceil((lookBackMs * fpsNum) / (1000 * fpsDen));
    const fragments = ring.lookBack(frame.seq, wantedSeq, floor.patientSeq);
    return fragments?.[0]?.epoch === frame.epoch && this.#init?.epoch === frame.epoch ? fragments : null;
  }

  #newRecording(
    request: Pick<KeepLastRequest, "id" | "file" | "lookBackMs"> & { readonly floor: LookBackFloor },
    frame: FrameRef,
    fragments: readonly Fragment[],
    onDiskError: () => void,
  ): Recording {
    const { profile, ffmpegPath, lostBetween, onSynced } = this.#options;
    const { epoch, seq: pressedSeq } = frame;
    const shape = clipShape(profile);
    const firstSeq = fragments[0]?.firstSeq ?? 0;
    const lateMs = ((firstSeq - pressedSeq) * 1000 * shape.fpsDen) / shape.fpsNum;
    const late = lateMs > 0 ? `The recording begins ${(lateMs / 1000).toFixed(1)} s after the press.` : null;
    return new Recording({
      ...{ id: request.id, file: request.file, epoch, shape, ffmpegPath, fragments, pressedSeq, onDiskError, onSynced },
      init: this.#init?.bytes ?? Buffer.alloc(0),
      beginning:
        late ?? shorterLookBack(profile, { pressedSeq, lookBackMs: request.lookBackMs }, firstSeq, request.floor),
      lostBetween: (first, last) => lostBetween(epoch, first, last),
    });
  }

  /** Waits until the fragment that holds the press is there, or a key frame, or none will come. */
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
