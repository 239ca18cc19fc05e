import { type CardSignal, cardSignal, type DeviceProfile, type EncoderChoice } from "../devices/devices.ts";
import type { Log } from "../lib/log.ts";
import { supervise } from "../lib/supervise.ts";
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
import { fragmentSeconds } from "./command-line/pipes.ts";
import { previewSize } from "./command-line/preview-output.ts";
import { cardWords } from "./doctor/card-words.ts";
import { Doctor } from "./doctor/doctor.ts";
import { LoopDelay } from "./doctor/loop-delay.ts";
import { type AskCard, watchCard } from "./input/card-watch.ts";
import type { FindDevice } from "./input/plugged-device.ts";
import { Listeners } from "./listeners.ts";
import { type PassThroughChoice, passThroughOf } from "./pass-through/pass-through.ts";
import type { Fragment } from "./rings/fragment-ring.ts";
import { planAlone, type RingPlan } from "./rings/ring-budget.ts";
import { type EpochsKept, SourceLives } from "./source-lives.ts";
import { SourceMemory } from "./source-memory.ts";
import { type SourceNow, SourcePresses } from "./source-presses.ts";
import { sourceStatus } from "./source-status.ts";

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
  /** How an HDMI or SDI card is asked what arrives at its socket, and how often. Default: by v4l2-ctl, every 3 s. */
  readonly card?: { readonly ask?: AskCard; readonly everyMs?: number };
  /** Its share of memory and flow, as planRings gives it. Default: as the only source of a box. */
  readonly rings?: RingPlan;
  /** How long before a press a clip may begin, 0 to 120 s. Default 30. */
  readonly preRollSeconds?: number;
  /** Of clips; default: the profile's, on the CPU. */
  readonly encoder?: EncoderChoice;
  /** Where the last epoch of this source is kept over restarts of the service. */
  readonly epochs?: EpochsKept;
}

const defaultPreRollSeconds = 30;
const defaultLookBackSeconds = 10;
/** A power cut must cost no more than this of a clip: pictures are on the disk so long after they were taken. */
const slowDiskMs = 500;
const backoff = { firstMs: 200, maxMs: 2000, jitter: 0.2 };

/** A live video input: one supervised ffmpeg child, its preview, its frames, its clips. */
export class Source implements CaptureSource {
  readonly id: string;
  readonly index: number;
  readonly #options: SourceOptions;
  readonly #memory: SourceMemory;
  readonly #rings: RingPlan;
  readonly #preRollSeconds: number;
  readonly #presses: SourcePresses;
  readonly #previews = new Listeners<PreviewFrame>();
  readonly #states = new Listeners<SourceStatus>();
  readonly #ends = new Listeners<ClipEnded>();
  readonly #clips: ClipKeeper;
  readonly #loopDelay = new LoopDelay();
  readonly #doctor: Doctor;
  readonly #clipEncoder: EncoderFallback;
  readonly #choice: PassThroughChoice;
  readonly #lives: SourceLives;
  #stopping: AbortController | null = null;
  #supervised: Promise<void> | null = null;
  #state: SourceStateName = "starting";
  #message: string | null = null;
  /** The same without what the card says of its socket. */
  #plainMessage: string | null = null;
  #cardWords: string | null = null;
  #restarts = 0;
  #lastFrameAt: number | null = null;
  #newestPreview: FrameRef | null = null;
  /** Ahead of every picture that has come out of ffmpeg. */
  #newestCounted: FrameRef | null = null;
  #frameCount = 0;
  #lostCount = 0;
  #thin = 1;
  #slowestSyncMs = 0;

  constructor(options: SourceOptions) {
    this.id = options.id;
    this.index = options.index;
    this.#options = options;
    const { profile } = options;
    this.#clipEncoder = new EncoderFallback(options.encoder, profile.clip.encoder.codec);
    this.#preRollSeconds = options.preRollSeconds ?? defaultPreRollSeconds;
    this.#rings =
      options.rings ??
      planAlone({ profile, preRollSeconds: this.#preRollSeconds, lookBackSeconds: defaultLookBackSeconds });
    this.#memory = new SourceMemory(profile, this.#rings, this.#preRollSeconds);
    this.#clips = new ClipKeeper({
      profile,
      ffmpegPath: options.ffmpegPath,
      fragments: this.#memory.fragments,
      floorOf: (epoch) => this.#memory.floorOf(epoch),
      lostBetween: (epoch, first, last) => this.#lives.lostBetween(epoch, first, last),
      onChange: () => this.#tellState(),
      onEnded: (ended) => this.#ends.tell(ended),
      onSynced: (waitedMs) => this.#synced(waitedMs),
    });
    this.#doctor = new Doctor({
      profile,
      onChange: () => this.#judged(),
      loopDelayMs: () => this.#loopDelay.takeMs(),
    });
    this.#choice = passThroughOf(options);
    this.#lives = this.#makeLives();
    this.#presses = new SourcePresses({
      ...{ profile, ffmpegPath: options.ffmpegPath, memory: this.#memory, clips: this.#clips },
      now: () => this.#now(),
    });
    if (options.refusal) this.#setState("refused", options.refusal);
  }

  /** Of the ffmpeg child that is running. */
  get childPid(): number | undefined {
    return this.#lives.run?.child.pid;
  }

  get encoderPid(): number | undefined {
    return this.#presses.encoderPid;
  }

  get profile(): DeviceProfile {
    return this.#options.profile;
  }

  state(): SourceStatus {
    const { epoch, profile, arriving } = this.#lives;
    return sourceStatus({
      ...{ epoch, profile, arriving, ffmpegPath: this.#options.ffmpegPath },
      state: this.#state,
      message: this.#message,
      lastFrameAt: this.#lastFrameAt,
      restarts: this.#restarts,
      recording: this.#clips.recordingId,
      slowestSyncMs: this.#slowestSyncMs,
      findings: this.#doctor.findings(),
      measured: this.#doctor.measured(),
      frames: this.#frameCount,
      lostFrames: this.#lostCount,
      thin: this.#thin,
      rings: this.#rings,
      ringBytes: this.#memory.bytes,
      preRollSeconds: this.#preRollSeconds,
      encoder: this.#clipEncoder.choice,
      passThrough: this.#choice.passThrough?.status ?? this.#choice.status,
    });
  }

  start(): void {
    if (this.#state === "refused" || this.#stopping !== null) return;
    this.#stopping = new AbortController();
    this.#presses.warm();
    this.#loopDelay.start();
    this.#supervised = supervise((signal) => this.#lives.live(signal), {
      signal: this.#stopping.signal,
      healthyAfterMs: 10_000,
      backoff,
      onFailure: (error) => this.#failed(error),
    });
    if (this.#options.profile.input.kind === "v4l2") this.#watchCard(this.#stopping.signal);
  }

  /** Ends the child; a clip in progress is finished with what it has. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#supervised;
    this.#loopDelay.stop();
    await Promise.allSettled([this.#presses.stop(), this.#clips.settled()]);
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
    return this.#state === "live" ? this.#memory.painted.last(this.#lives.epoch, performance.now()) : null;
  }

  canKeep(frame: FrameRef): boolean {
    const { frames } = this.#memory;
    return frames.find(frame) !== null || (this.#memory.reaches(frame) && this.#memory.hasCoded(frame));
  }

  keepStill(request: KeepStillRequest): Promise<KeptStill> {
    return this.#presses.keepStill(request);
  }

  startClip(request: StartClipRequest): Promise<StartedClip> {
    return this.#presses.startClip(request);
  }

  stopClip(id: string, frame?: FrameRef): Promise<FinishedClip> {
    return this.#clips.stop(id, frame, this.#newestPreview?.seq ?? 0);
  }

  keepLast(request: KeepLastRequest): Promise<FinishedClip> {
    return this.#presses.keepLast(request);
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
    this.#memory.empty(this.#newestTaken());
    this.#lives.run?.blankSpare();
  }

  limitLookBack(): void {
    this.#memory.limit(this.#newestTaken());
  }

  /** Ahead of every picture that was received, also where our own decoder did not come to it yet. */
  #newestTaken(): FrameRef | null {
    return this.#lives.part() ?? this.#newestCounted;
  }

  #makeLives(): SourceLives {
    const { id, ffmpegPath, profile, log, findDevice, epochs } = this.#options;
    return new SourceLives({
      ...{ id, ffmpegPath, profile, log, findDevice, epochs },
      everyNth: this.#rings.everyNth,
      hasFull: !this.#memory.isCodedOnly,
      encoder: this.#clipEncoder,
      passThrough: this.#choice.passThrough,
      listener: {
        onPreview: (jpeg, seq, atMs) => this.#preview(jpeg, seq, atMs),
        onFull: (bytes, seq, atMs) => this.#full(bytes, seq, atMs),
        onInit: (init) => this.#clips.setInit(this.#lives.epoch, init),
        onFragment: (fragment) => this.#fragment(fragment),
        onTime: (seq, timeUs, lost) => this.#counted(seq, timeUs, lost),
        onLook: (look) => this.#doctor.onLook(look),
      },
      onBegin: () => this.#doctor.reset(),
      onArriving: (picture) => this.#doctor.onArriving(picture),
      onSilent: (message) => this.#setState("no-signal", message),
      onOver: (because, isStopped) => this.#lifeOver(because, isStopped),
    });
  }

  #watchCard(signal: AbortSignal): void {
    const { ask = cardSignal, everyMs } = this.#options.card ?? {};
    const place = () => {
      const { input } = this.#lives.profile;
      const isNode = input.kind === "v4l2" && input.device.startsWith("/");
      return isNode ? { device: input.device, epoch: this.#lives.epoch } : null;
    };
    const onSignal = (card: CardSignal): void => {
      this.#doctor.onCard(card);
      this.#cardWords = cardWords(card, this.#options.profile);
      this.#setState(this.#state, this.#plainMessage);
    };
    void watchCard({ ask, place, signal, onSignal, ...(everyMs !== undefined && { everyMs }) });
  }

  #lifeOver(because: string, isStopped: boolean): void {
    this.#doctor.reset();
    this.#memory.frames.endWaits();
    this.#clips.wake();
    // Whoever hears that a clip ended must not find the picture of a child that is gone.
    if (!isStopped && this.#state === "live") {
      this.#setState("restarting", `The picture begins anew because ${because}.`);
    }
    const reason = `The recording ended early because ${because}; everything up to then is kept.`;
    this.#clips.end(reason, !isStopped);
  }

  #failed(error: unknown): void {
    this.#restarts += 1;
    const message = error instanceof Error ? error.message : String(error);
    this.#setState(this.#state === "no-signal" ? "no-signal" : "restarting", message);
  }

  #preview(jpeg: Buffer, seq: number, capturedAtMs: number): void {
    const epoch = this.#lives.epoch;
    this.#newestPreview = { epoch, seq };
    if (this.#memory.isCodedOnly) this.#seen(jpeg, capturedAtMs);
    if (!this.#memory.isForgotten({ epoch, seq })) this.#memory.shown.push({ epoch, seq, jpeg });
    const { width, height } = previewSize(this.#options.profile);
    const flags =
      (this.#clips.isRecording ? previewFlags.recording : 0) |
      (this.#doctor.has("frozen") ? previewFlags.frozen : 0) |
      (this.#thin > 1 ? previewFlags.reduced : 0);
    this.#previews.tell({ source: this.index, epoch, seq, capturedAtMs, width, height, flags, jpeg });
  }

  #counted(seq: number, timeUs: number, lost: number): void {
    this.#newestCounted = { epoch: this.#lives.epoch, seq };
    this.#frameCount += 1;
    this.#lostCount += lost;
    this.#doctor.onTime(timeUs, lost);
  }

  /** The doctor has changed its mind: about the picture, or about how much of it can be shown. */
  #judged(): void {
    if (this.#thin !== this.#doctor.thin) {
      this.#thin = this.#doctor.thin;
      this.#lives.run?.thinPreview(this.#thin);
    }
    this.#tellState();
  }

  #full(bytes: Buffer, seq: number, atMs: number): Buffer[] {
    this.#seen(bytes, atMs);
    const frame = { epoch: this.#lives.epoch, seq, atMs, bytes };
    return this.#memory.isForgotten(frame) ? [bytes] : this.#memory.frames.push(frame);
  }

  /** A picture is here, in the best form that comes. */
  #seen(bytes: Buffer, atMs: number): void {
    this.#doctor.onFrame(bytes);
    this.#lastFrameAt = atMs;
    if (this.#state !== "live") this.#setState("live", null);
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

  #now(): SourceNow {
    const runningEpoch = this.#lives.run?.epoch ?? null;
    return { isLive: this.#state === "live", newest: this.newestFrame(), runningEpoch, message: this.#message };
  }

  #setState(state: SourceStateName, plainMessage: string | null): void {
    this.#plainMessage = plainMessage;
    const isSilent = state === "no-signal" || state === "restarting";
    const message = isSilent ? (this.#cardWords ?? plainMessage) : plainMessage;
    if (this.#state === state && this.#message === message) return;
    this.#state = state;
    this.#message = message;
    this.#tellState();
  }

  #tellState(): void {
    this.#states.tell(this.state());
  }
}
