import { type DeviceProfile, fullShape, keepsSourceJpeg } from "../devices/devices.ts";
import type { FrameRef } from "./capture-types.ts";
import type { EncoderFallback } from "./clip/encoder-fallback.ts";
import { LostFrames } from "./clip/lost-frames.ts";
import type { ArrivingSize } from "./command-line/graph.ts";
import { type FindDevice, whenPlugged, whenUnplugged } from "./input/plugged-device.ts";
import type { CopiedStream } from "./pass-through/copied-stream.ts";
import type { PassThrough } from "./pass-through/pass-through.ts";
import { beginLife, type LifeEnd, type SourceLifeOptions } from "./source-life.ts";
import type { SourceRun } from "./source-run.ts";
import { openRawPipe } from "./streams/raw-pipe.ts";

/** Where the last epoch of a source is kept over restarts of the service. */
export interface EpochsKept {
  readonly last: () => number;
  readonly begun: (epoch: number) => void;
}

export interface SourceLivesOptions
  extends Pick<
    SourceLifeOptions,
    "id" | "ffmpegPath" | "profile" | "everyNth" | "hasFull" | "log" | "onArriving" | "onSilent"
  > {
  /** Of clips. */
  readonly encoder: EncoderFallback;
  readonly findDevice: FindDevice | undefined;
  /** Whether clips may be a network encoder's own stream; null: they are always encoded. */
  readonly passThrough: PassThrough | null;
  readonly epochs: EpochsKept | undefined;
  readonly listener: Omit<SourceLifeOptions["listener"], "onTime"> & {
    /** A frame was counted; `lost`: how many the source lost by what its time stamp tells. */
    readonly onTime: (seq: number, timeUs: number, lost: number) => void;
  };
  /** A life begins; its epoch is known. */
  readonly onBegin: () => void;
  /** It is over: why, in words that follow "because"; `isStopped`: as it was asked to. */
  readonly onOver: (because: string, isStopped: boolean) => void;
}

/** A signal whose size, or stream, changes again and again has to wait for its turn like any other failure. */
const changesInARow = 2;

/** The lives of a source's ffmpeg child, one after the other, each an epoch of its own. */
export class SourceLives {
  readonly #options: SourceLivesOptions;
  #run: SourceRun | null = null;
  #copied: CopiedStream | null = null;
  #epoch = 0;
  #arriving: ArrivingSize | null = null;
  /** The device node that was found last. */
  #device: string | null = null;
  #lost: { readonly epoch: number; readonly frames: LostFrames } | null = null;

  constructor(options: SourceLivesOptions) {
    this.#options = options;
  }

  /** Of the child that is running. */
  get run(): SourceRun | null {
    return this.#run;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** The size that arrives, where it is not the profile's. */
  get arriving(): ArrivingSize | null {
    return this.#arriving;
  }

  /** The profile with the device node that its `id:…` means now. */
  get profile(): DeviceProfile {
    const { profile } = this.#options;
    return profile.input.kind === "v4l2" && this.#device !== null
      ? { ...profile, input: { ...profile.input, device: this.#device } }
      : profile;
  }

  /** Everything received up to now belongs to the patient before: the newest of it, where it waits for a decoder of ours. */
  part(): FrameRef | null {
    const seq = this.#copied?.part() ?? null;
    return seq === null ? null : { epoch: this.#epoch, seq };
  }

  /** Frames of the newest epoch that the source lost after `first` and before `last`; of another epoch: 0. */
  lostBetween(epoch: number, first: number, last: number): number {
    return this.#lost?.epoch === epoch ? this.#lost.frames.between(first, last) : 0;
  }

  /** Lives of the child, one after the other as long as only the size of the signal changes, or its stream. Throws why it ended. */
  async live(signal: AbortSignal): Promise<void> {
    for (let changes = 0; ; changes += 1) {
      const { error, otherSize, otherStream } = await this.#oneLife(signal);
      if (otherSize === null && !otherStream) throw error;
      if (otherSize !== null) this.#takeSize(otherSize);
      if (signal.aborted || changes >= changesInARow) throw error;
    }
  }

  #takeSize(size: ArrivingSize): void {
    const { width, height } = this.#options.profile.input;
    this.#arriving = size.width === width && size.height === height ? null : size;
    this.#options.passThrough?.forget();
  }

  async #oneLife(signal: AbortSignal): Promise<LifeEnd & { readonly otherStream: boolean }> {
    const { id, ffmpegPath, log, findDevice, encoder, everyNth, hasFull, onArriving, onSilent } = this.#options;
    const { passThrough } = this.#options;
    if (findDevice) {
      this.#device = await whenPlugged(findDevice, signal, onSilent);
      if (this.#device === null) signal.throwIfAborted();
    }
    const { profile } = this;
    const copied = this.#arriving === null ? await (passThrough?.begin(signal, onSilent) ?? null) : null;
    this.#copied = copied;
    try {
      const raw = keepsSourceJpeg(profile) || !hasFull ? null : await openRawPipe();
      this.#beginEpoch();
      const epoch = this.#epoch;
      const { fpsNum, fpsDen } = fullShape(profile);
      const lost = new LostFrames(fpsNum, fpsDen);
      this.#lost = { epoch, frames: lost };
      this.#options.onBegin();
      const { onTime, ...others } = this.#options.listener;
      const life = beginLife({
        ...{ id, ffmpegPath, profile, epoch, arriving: this.#arriving, log, signal, everyNth, hasFull, onArriving },
        onSilent,
        ...{ raw, copied, encoder: encoder.choice.id },
        listener: { ...others, onTime: (seq, timeUs) => onTime(seq, timeUs, lost.onTime(seq, timeUs)) },
      });
      this.#run = life.run;
      const over = new AbortController();
      if (findDevice && this.#device !== null)
        void whenUnplugged(findDevice, this.#device, over.signal, () => void life.run.end());
      const end = await life.over;
      over.abort();
      const otherStream = passThrough?.over(copied?.end ?? null, copied?.isUnanswered) ?? false;
      await copied?.stop();
      if (end.encoderFailed && !signal.aborted) this.#encoderFailed();
      this.#run = null;
      this.#options.onOver(end.because, signal.aborted);
      return { ...end, otherStream };
    } finally {
      // Also where no child could be started: an encoder that takes one call must be free for the next.
      this.#copied = null;
      await copied?.stop();
    }
  }

  /** Never one that was used before, also where the clock was set back between two starts of the service. */
  #beginEpoch(): void {
    const { id, log, epochs } = this.#options;
    try {
      this.#epoch = Math.max(this.#epoch, epochs?.last() ?? 0);
    } catch (error) {
      log.error({ source: id, error: String(error) }, "the last epoch cannot be read");
    }
    this.#epoch = Math.max(this.#epoch + 1, Math.floor(Date.now() / 1000));
    try {
      epochs?.begun(this.#epoch);
    } catch (error) {
      // A full disk must not cost the picture.
      log.error({ source: id, error: String(error) }, "the epoch cannot be kept");
    }
  }

  #encoderFailed(): void {
    const encoder = this.#options.encoder.failed();
    if (encoder === null) return;
    this.#options.log.error({ source: this.#options.id, encoder }, "the hardware encoder failed; the CPU is used");
  }
}
