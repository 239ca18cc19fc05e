import {
  assumedFigures,
  type DeviceProfile,
  type EncoderChoice,
  fullShape,
  keepsSourceJpeg,
  sourceLossyMethod,
  untestedPaths,
} from "../devices/devices.ts";
import type { Log } from "../lib/log.ts";
import { supervise } from "../lib/supervise.ts";
import { CaptureError } from "./capture-error.ts";
import {
  type CaptureSource,
  type ClipEnded,
  type FinishedClip,
  type FrameRef,
  type KeepLastRequest,
  type KeepStillRequest,
  type KeptStill,
  type LookBack,
  type PreviewFrame,
  previewFlags,
  type SourceStateName,
  type SourceStatus,
  type StartClipRequest,
  type StartedClip,
} from "./capture-types.ts";
import { ClipKeeper } from "./clip/clip-keeper.ts";
import { EncoderFallback } from "./clip/encoder-fallback.ts";
import { LostFrames } from "./clip/lost-frames.ts";
import { shellLine, sourceArguments } from "./command-line/command-line.ts";
import type { ArrivingSize } from "./command-line/graph.ts";
import { fragmentSeconds } from "./command-line/pipes.ts";
import { previewSize } from "./command-line/preview-output.ts";
import { Doctor } from "./doctor/doctor.ts";
import { LoopDelay } from "./doctor/loop-delay.ts";
import { overloadWords } from "./doctor/words.ts";
import { type FindDevice, whenPlugged, whenUnplugged } from "./input/plugged-device.ts";
import { Listeners } from "./listeners.ts";
import type { Fragment } from "./rings/fragment-ring.ts";
import { planAlone, type RingPlan } from "./rings/ring-budget.ts";
import { beginLife, type LifeEnd } from "./source-life.ts";
import { SourceMemory } from "./source-memory.ts";
import type { SourceRun } from "./source-run.ts";
import { keepStill } from "./still/keep-still.ts";
import { StillEncoder } from "./still/still-encoder.ts";

export interface SourceOptions {
  readonly id: string;
  /** The u16 of the preview header. */
  readonly index: number;
  /** As resolveProfile made it for this box. */
  readonly profile: DeviceProfile;
  readonly ffmpegPath: string;
  readonly log: Log;
  /** Looks up the device at each start of the child, where the settings name it by what it is and not by its node. */
  readonly findDevice?: FindDevice;
  /** Why this source cannot run (explainProfile, resolveProfile): it stays refused and shows this. */
  readonly refusal?: string | null;
  /** Its share of memory and flow, as planRings gives it. Default: as the only source of a box. */
  readonly rings?: RingPlan;
  /** How long before a press a clip may begin, 0 to 120 s. Default 30. */
  readonly preRollSeconds?: number;
  /** Of clips; default: the profile's, on the CPU. */
  readonly encoder?: EncoderChoice;
  /** Where the last epoch of this source is kept over restarts of the service. */
  readonly epochs?: { readonly last: () => number; readonly begun: (epoch: number) => void };
}

const defaultPreRollSeconds = 30;
/** A power cut must cost no more than this of a clip: pictures are on the disk so long after they were taken. */
const slowDiskMs = 500;
/** A signal whose size changes again and again has to wait for its turn like any other failure. */
const sizesInARow = 2;
const backoff = { firstMs: 200, maxMs: 2000, jitter: 0.2 };

/** A live video input: one supervised ffmpeg child, its preview, its frames, its clips. */
export class Source implements CaptureSource {
  readonly id: string;
  readonly index: number;
  readonly #options: SourceOptions;
  readonly #memory: SourceMemory;
  readonly #rings: RingPlan;
  readonly #preRollSeconds: number;
  readonly #encoder: StillEncoder | null;
  readonly #previews = new Listeners<PreviewFrame>();
  readonly #states = new Listeners<SourceStatus>();
  readonly #ends = new Listeners<ClipEnded>();
  readonly #clips: ClipKeeper;
  readonly #loopDelay = new LoopDelay();
  readonly #doctor: Doctor;
  #stopping: AbortController | null = null;
  #supervised: Promise<void> | null = null;
  #run: SourceRun | null = null;
  #state: SourceStateName = "starting";
  #message: string | null = null;
  #epoch = 0;
  #restarts = 0;
  #lastFrameAt: number | null = null;
  #newestPreview: FrameRef | null = null;
  /** Ahead of every picture that has come out of ffmpeg. */
  #newestCounted: FrameRef | null = null;
  #frameCount = 0;
  #lostCount = 0;
  /** The size that arrives, where it is not the profile's. */
  #arriving: ArrivingSize | null = null;
  #thin = 1;
  readonly #clipEncoder: EncoderFallback;
  /** The device node that was found last. */
  #device: string | null = null;
  #lost: { readonly epoch: number; readonly frames: LostFrames } | null = null;
  #slowestSyncMs = 0;

  constructor(options: SourceOptions) {
    this.id = options.id;
    this.index = options.index;
    this.#options = options;
    const { profile } = options;
    this.#clipEncoder = new EncoderFallback(options.encoder, profile.clip.encoder.codec);
    this.#preRollSeconds = options.preRollSeconds ?? defaultPreRollSeconds;
    this.#rings = options.rings ?? planAlone({ profile, preRollSeconds: this.#preRollSeconds });
    this.#memory = new SourceMemory(profile, this.#rings, this.#preRollSeconds);
    this.#clips = new ClipKeeper({
      profile,
      ffmpegPath: options.ffmpegPath,
      fragments: this.#memory.fragments,
      floorOf: (epoch) => this.#memory.floorOf(epoch),
      lostBetween: (epoch, first, last) => (this.#lost?.epoch === epoch ? this.#lost.frames.between(first, last) : 0),
      onChange: () => this.#tellState(),
      onEnded: (ended) => this.#ends.tell(ended),
      onSynced: (waitedMs) => this.#synced(waitedMs),
    });
    this.#doctor = new Doctor({
      profile,
      onChange: () => this.#judged(),
      loopDelayMs: () => this.#loopDelay.takeMs(),
    });
    this.#encoder = keepsSourceJpeg(profile) ? null : new StillEncoder({ ffmpegPath: options.ffmpegPath, profile });
    if (options.refusal) this.#setState("refused", options.refusal);
  }

  /** Of the ffmpeg child that is running. */
  get childPid(): number | undefined {
    return this.#run?.child.pid;
  }

  get encoderPid(): number | undefined {
    return this.#encoder?.childPid;
  }

  get profile(): DeviceProfile {
    return this.#options.profile;
  }

  state(): SourceStatus {
    const { profile, ffmpegPath } = this.#options;
    const { width, height, fpsNum, fpsDen } = fullShape(profile);
    return {
      state: this.#state,
      message: this.#message,
      epoch: this.#epoch,
      lastFrameAt: this.#lastFrameAt,
      width,
      height,
      fps: fpsNum / fpsDen,
      restarts: this.#restarts,
      recording: this.#clips.recordingId,
      slowestSyncMs: this.#slowestSyncMs,
      findings: this.#doctor.findings(),
      measured: this.#doctor.measured(),
      frames: this.#frameCount,
      lostFrames: this.#lostCount,
      preview: {
        fps: fpsNum / fpsDen / this.#thin / this.#rings.everyNth,
        reduced: this.#thin > 1 ? overloadWords : null,
      },
      encoder: this.#clipEncoder.choice,
      untested: untestedPaths(profile, this.#clipEncoder.choice.id),
      assumed: assumedFigures(profile),
      limits: this.#rings.told,
      stillsFrom: this.#rings.everyNth > 1 ? "every-nth" : "every-frame",
      lookBackS: {
        stills: this.#rings.seconds,
        clips: this.#preRollSeconds,
      },
      ringBytes: this.#memory.bytes,
      commandLine: shellLine(
        ffmpegPath,
        sourceArguments(
          atDevice(profile, this.#device),
          this.#arriving,
          this.#clipEncoder.choice.id,
          this.#rings.everyNth,
        ),
      ),
    };
  }

  start(): void {
    if (this.#state === "refused" || this.#stopping !== null) return;
    this.#stopping = new AbortController();
    void this.#encoder?.warm();
    this.#loopDelay.start();
    this.#supervised = supervise((signal) => this.#live(signal), {
      signal: this.#stopping.signal,
      healthyAfterMs: 10_000,
      backoff,
      onFailure: (error) => this.#failed(error),
    });
  }

  /** Ends the child; a clip in progress is finished with what it has. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#supervised;
    this.#loopDelay.stop();
    await Promise.allSettled([this.#encoder?.stop(), this.#clips.settled()]);
  }

  onPreview(listener: (frame: PreviewFrame) => void): () => void {
    return this.#previews.add(listener);
  }

  onState(listener: (status: SourceStatus) => void): () => void {
    return this.#states.add(listener);
  }

  onClipEnded(listener: (ended: ClipEnded) => void): () => void {
    return this.#ends.add(listener);
  }

  newestFrame(): FrameRef | null {
    if (this.#state !== "live") return null;
    // A preview that is thinned out lags behind what can be kept.
    const newest = this.#thin > 1 ? this.#newestCounted : this.#newestPreview;
    return newest === null ? null : { ...newest, seq: newest.seq - (newest.seq % this.#rings.everyNth) };
  }

  painted(frame: FrameRef, isKiosk: boolean): void {
    this.#memory.painted.note(frame, isKiosk, performance.now());
  }

  lastPainted(): FrameRef | null {
    return this.#state === "live" ? this.#memory.painted.last(this.#epoch, performance.now()) : null;
  }

  canKeep(frame: FrameRef): boolean {
    return this.#memory.frames.find(frame) !== null;
  }

  keepStill(request: KeepStillRequest): Promise<KeptStill> {
    const { profile } = this.#options;
    return keepStill(request, {
      frames: this.#memory.frames,
      encoder: this.#encoder,
      encoding: profile.still.encoding,
      ...sizeOf(profile),
      shown: (frame) => this.#memory.shown.find(frame)?.jpeg ?? null,
      newest: this.newestFrame(),
      isTooOld: (frame) => this.#isTooOld(frame),
      live: this.#state === "live",
      message: this.#message,
      fps: this.#fps(),
      sourceWasLossy: sourceLossyMethod(profile) !== null,
    });
  }

  async startClip(request: StartClipRequest): Promise<StartedClip> {
    const frame = this.#pressOf(request.frame);
    const runs = (): boolean => this.#run?.epoch === frame.epoch;
    return this.#clips.start(request, { frame, runs, noSignal: () => this.#noSignal() });
  }

  stopClip(id: string, frame?: FrameRef): Promise<FinishedClip> {
    return this.#clips.stop(id, frame, this.#newestPreview?.seq ?? 0);
  }

  keepLast(request: KeepLastRequest): Promise<FinishedClip> {
    const noSignal = (): CaptureError => this.#noSignal();
    const live = this.newestFrame();
    const kept = this.#memory.fragments.newest;
    if (live !== null) {
      const frame = this.#pressOf(request.frame);
      return this.#clips.keepLast(request, { frame, runs: () => this.#run?.epoch === frame.epoch, noSignal });
    }
    // What was seen before the signal went is still remembered.
    if (kept === null) return Promise.reject(noSignal());
    const { epoch } = kept;
    const newest = kept.firstSeq + kept.frames - 1;
    const seq = request.frame?.epoch === epoch ? Math.min(request.frame.seq, newest) : newest;
    return this.#clips.keepLast(request, { frame: { epoch, seq }, runs: () => false, noSignal });
  }

  lookBack(): LookBack {
    return this.#memory.lookBacks.hold();
  }

  endLookBack(holdId: string): void {
    this.#memory.lookBacks.release(holdId);
  }

  pictureOf(frame: FrameRef): Buffer | null {
    return this.#memory.lookBacks.pictureOf(frame);
  }

  /** Forgets every frame seen so far, at the end of a procedure or a change of patient; a clip in progress goes on. */
  emptyRings(): void {
    this.#memory.empty(this.#newestCounted);
    this.#run?.blankSpare();
  }

  limitLookBack(): void {
    this.#memory.limit(this.#newestCounted);
  }

  /** Lives of the child, one after the other as long as only the size of the signal changes. Throws why it ended. */
  async #live(signal: AbortSignal): Promise<void> {
    for (let sizes = 0; ; sizes += 1) {
      const { error, otherSize } = await this.#oneLife(signal);
      if (otherSize === null) throw error;
      const { width, height } = this.#options.profile.input;
      this.#arriving = otherSize.width === width && otherSize.height === height ? null : otherSize;
      if (signal.aborted || sizes >= sizesInARow) throw error;
    }
  }

  async #oneLife(signal: AbortSignal): Promise<LifeEnd> {
    const { ffmpegPath, log, epochs, findDevice } = this.#options;
    if (findDevice) {
      this.#device = await whenPlugged(findDevice, signal, (problem) => this.#setState("no-signal", problem));
      if (this.#device === null) signal.throwIfAborted();
    }
    const profile = atDevice(this.#options.profile, this.#device);
    // Never one that was used before, also where the clock was set back between two starts of the service.
    try {
      this.#epoch = Math.max(this.#epoch, epochs?.last() ?? 0);
    } catch (error) {
      log.error({ source: this.id, error: String(error) }, "the last epoch cannot be read");
    }
    this.#epoch = Math.max(this.#epoch + 1, Math.floor(Date.now() / 1000));
    try {
      epochs?.begun(this.#epoch);
    } catch (error) {
      // A full disk must not cost the picture.
      log.error({ source: this.id, error: String(error) }, "the epoch cannot be kept");
    }
    const { fpsNum, fpsDen } = fullShape(profile);
    const lost = new LostFrames(fpsNum, fpsDen);
    this.#lost = { epoch: this.#epoch, frames: lost };
    this.#doctor.reset();
    const listener = {
      onPreview: (jpeg, seq, atMs) => this.#preview(jpeg, seq, atMs),
      onFull: (bytes, seq, atMs) => this.#full(bytes, seq, atMs),
      onInit: (init) => this.#clips.setInit(this.#epoch, init),
      onFragment: (fragment) => this.#fragment(fragment),
      onTime: (seq, timeUs) => this.#counted(seq, timeUs, lost.onTime(seq, timeUs)),
      onLook: (look) => this.#doctor.onLook(look),
    } satisfies Parameters<typeof beginLife>[0]["listener"];
    const onSilent = (message: string): void => this.#setState("no-signal", message);
    const { id } = this;
    const life = beginLife({
      ...{ id, ffmpegPath, profile, epoch: this.#epoch, arriving: this.#arriving, log, signal, listener, onSilent },
      everyNth: this.#rings.everyNth,
      encoder: this.#clipEncoder.choice.id,
      onArriving: (picture) => this.#doctor.onArriving(picture),
    });
    this.#run = life.run;
    const over = new AbortController();
    if (findDevice && this.#device !== null)
      void whenUnplugged(findDevice, this.#device, over.signal, () => void life.run.end());
    const end = await life.over;
    over.abort();
    if (end.encoderFailed && !signal.aborted) this.#encoderFailed();
    this.#run = null;
    this.#doctor.reset();
    this.#memory.frames.endWaits();
    this.#clips.wake();
    const reason = `The recording ended early because ${end.because}; everything up to then is kept.`;
    this.#clips.end(reason, !signal.aborted);
    return end;
  }

  #encoderFailed(): void {
    const encoder = this.#clipEncoder.failed();
    if (encoder === null) return;
    this.#options.log.error({ source: this.id, encoder }, "the hardware encoder failed; the CPU is used");
  }

  #failed(error: unknown): void {
    this.#restarts += 1;
    const message = error instanceof Error ? error.message : String(error);
    this.#setState(this.#state === "no-signal" ? "no-signal" : "restarting", message);
  }

  #preview(jpeg: Buffer, seq: number, capturedAtMs: number): void {
    const epoch = this.#epoch;
    this.#newestPreview = { epoch, seq };
    if (!this.#memory.isForgotten({ epoch, seq })) this.#memory.shown.push({ epoch, seq, jpeg });
    const { width, height } = previewSize(this.#options.profile);
    const flags =
      (this.#clips.isRecording ? previewFlags.recording : 0) |
      (this.#doctor.has("frozen") ? previewFlags.frozen : 0) |
      (this.#thin > 1 ? previewFlags.reduced : 0);
    this.#previews.tell({ source: this.index, epoch, seq, capturedAtMs, width, height, flags, jpeg });
  }

  #counted(seq: number, timeUs: number, lost: number): void {
    this.#newestCounted = { epoch: this.#epoch, seq };
    this.#frameCount += 1;
    this.#lostCount += lost;
    this.#doctor.onTime(timeUs, lost);
  }

  /** The doctor has changed its mind: about the picture, or about how much of it can be shown. */
  #judged(): void {
    if (this.#thin !== this.#doctor.thin) {
      this.#thin = this.#doctor.thin;
      this.#run?.thinPreview(this.#thin);
    }
    this.#tellState();
  }

  #full(bytes: Buffer, seq: number, atMs: number): Buffer[] {
    this.#doctor.onFrame(bytes);
    this.#lastFrameAt = atMs;
    if (this.#state !== "live") this.#setState("live", null);
    const frame = { epoch: this.#epoch, seq, atMs, bytes };
    return this.#memory.isForgotten(frame) ? [bytes] : this.#memory.frames.push(frame);
  }

  #fragment(fragment: Fragment): void {
    const { epoch, firstSeq: seq } = fragment;
    if (!this.#memory.isForgotten({ epoch, seq })) this.#memory.fragments.push(fragment);
    this.#clips.add(fragment);
  }

  #synced(waitedMs: number): void {
    const ms = Math.round(fragmentSeconds * 1000 + waitedMs);
    if (ms <= this.#slowestSyncMs) return;
    this.#slowestSyncMs = ms;
    if (ms > slowDiskMs) this.#options.log.warn({ source: this.id, ms }, "pictures of a clip waited long for the disk");
  }

  /** The frame a press means: the one it names, where that is of this epoch, else the newest. Throws "no-signal". */
  #pressOf(frame: FrameRef | undefined): FrameRef {
    const newest = this.newestFrame();
    if (newest === null) throw this.#noSignal();
    const isKnown = frame?.epoch === newest.epoch && frame.seq <= newest.seq && !this.#isTooOld(frame);
    return isKnown ? frame : newest;
  }

  /** Seen more than a second before the patient began: a hung screen or a look back names it, no press. */
  #isTooOld({ epoch, seq }: FrameRef): boolean {
    return seq < this.#memory.floorOf(epoch).patientSeq - this.#fps();
  }

  #fps(): number {
    const { fpsNum, fpsDen } = fullShape(this.#options.profile);
    return fpsNum / fpsDen;
  }

  #noSignal(): CaptureError {
    return new CaptureError("no-signal", `Nothing was kept: ${this.#message ?? "the picture is not there yet."}`);
  }

  #setState(state: SourceStateName, message: string | null): void {
    if (this.#state === state && this.#message === message) return;
    this.#state = state;
    this.#message = message;
    this.#tellState();
  }

  #tellState(): void {
    this.#states.tell(this.state());
  }
}

function sizeOf(profile: DeviceProfile): { readonly width: number; readonly height: number } {
  const { width, height } = fullShape(profile);
  return { width, height };
}

/** The profile with the device node that its `id:…` means now. */
function atDevice(profile: DeviceProfile, device: string | null): DeviceProfile {
  return profile.input.kind === "v4l2" && device !== null
    ? { ...profile, input: { ...profile.input, device } }
    : profile;
}
