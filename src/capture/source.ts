import {
  clipShape,
  type DeviceProfile,
  frameBytes,
  fullShape,
  keepsSourceJpeg,
  sourceLossyMethod,
} from "../devices/devices.ts";
import type { Log } from "../lib/log.ts";
import { supervise } from "../lib/supervise.ts";
import { CaptureError } from "./capture-error.ts";
import {
  type CaptureSource,
  type ClipEnded,
  type FinishedClip,
  type FrameRef,
  type KeepStillRequest,
  type KeptStill,
  type PreviewFrame,
  previewFlags,
  type SourceStateName,
  type SourceStatus,
  type StartClipRequest,
  type StartedClip,
} from "./capture-types.ts";
import { previewSize, shellLine, sourceArguments } from "./command-line.ts";
import { type Fragment, FragmentRing } from "./fragment-ring.ts";
import { FrameRing } from "./frame-ring.ts";
import { keepStill } from "./keep-still.ts";
import { Listeners } from "./listeners.ts";
import { Recording } from "./recording.ts";
import { SignalWatch } from "./signal-watch.ts";
import { SourceRun } from "./source-run.ts";
import { StillEncoder } from "./still-encoder.ts";
import { whyEnded, whySilent } from "./why-ended.ts";

export interface SourceOptions {
  readonly id: string;
  /** The u16 of the preview header. */
  readonly index: number;
  /** As resolveProfile made it for this box. */
  readonly profile: DeviceProfile;
  readonly ffmpegPath: string;
  readonly log: Log;
  /** Why this source cannot run (explainProfile, resolveProfile): it stays refused and shows this. */
  readonly refusal?: string | null;
  /** Full-resolution frames to look back. Default 2.5 s, at most 512 MB. */
  readonly ringSeconds?: number;
  readonly ringMaxBytes?: number;
}

const backoff = { firstMs: 200, maxMs: 2000, jitter: 0.2 };
const waitForFragmentMs = 2000;
const rememberedClips = 16;

/** A live video input: one supervised ffmpeg child, its preview, its frames, its clips. */
export class Source implements CaptureSource {
  readonly id: string;
  readonly index: number;
  readonly #options: SourceOptions;
  readonly #frames: FrameRing;
  readonly #fragments: FragmentRing;
  readonly #encoder: StillEncoder | null;
  readonly #previews = new Listeners<PreviewFrame>();
  readonly #states = new Listeners<SourceStatus>();
  readonly #ends = new Listeners<ClipEnded>();
  /** Clips that are being finished or are: a stop that comes late gets its answer. */
  readonly #finished = new Map<string, Promise<FinishedClip>>();
  #stopping: AbortController | null = null;
  #supervised: Promise<void> | null = null;
  #run: SourceRun | null = null;
  #state: SourceStateName = "starting";
  #message: string | null = null;
  #epoch = 0;
  #restarts = 0;
  #lastFrameAt: number | null = null;
  #newestPreview: FrameRef | null = null;
  #painted: FrameRef | null = null;
  #forgottenUpTo: FrameRef | null = null;
  #init: Buffer | null = null;
  #recording: Recording | null = null;
  #startingClip: string | null = null;
  readonly #fragmentWaits = new Set<() => void>();

  constructor(options: SourceOptions) {
    this.id = options.id;
    this.index = options.index;
    this.#options = options;
    const { profile } = options;
    const { width, height, fpsNum, fpsDen } = fullShape(profile);
    const fps = fpsNum / fpsDen;
    const maxBytes = options.ringMaxBytes ?? 512 * 1024 * 1024;
    const slots = Math.ceil((options.ringSeconds ?? 2.5) * fps);
    this.#frames = new FrameRing({ frames: Math.max(2, slots), bytes: maxBytes });
    this.#fragments = new FragmentRing({ frames: Math.ceil(fps), bytes: 64 * 1024 * 1024 });
    this.#encoder = keepsSourceJpeg(profile) ? null : new StillEncoder({ ffmpegPath: options.ffmpegPath, profile });
    const room = Math.floor(maxBytes / frameBytes(profile.input.pixelFormat, width, height));
    if (options.refusal) this.#setState("refused", options.refusal);
    else if (room < 2)
      this.#setState("refused", "One picture is larger than the memory for pictures. Choose a smaller size.");
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
      recording: this.#recording?.id ?? this.#startingClip,
      commandLine: shellLine(ffmpegPath, sourceArguments(profile)),
    };
  }

  start(): void {
    if (this.#state === "refused" || this.#stopping !== null) return;
    this.#stopping = new AbortController();
    void this.#encoder?.warm();
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
    await Promise.allSettled([this.#encoder?.stop(), ...this.#finished.values()]);
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
    return this.#state === "live" ? this.#newestPreview : null;
  }

  painted(frame: FrameRef): void {
    this.#painted = frame;
  }

  lastPainted(): FrameRef | null {
    return this.#state === "live" && this.#painted?.epoch === this.#epoch ? this.#painted : null;
  }

  keepStill(request: KeepStillRequest): Promise<KeptStill> {
    const { profile } = this.#options;
    return keepStill(request, {
      frames: this.#frames,
      encoder: this.#encoder,
      newest: this.newestFrame(),
      live: this.#state === "live",
      message: this.#message,
      fps: this.#fps(),
      sourceWasLossy: sourceLossyMethod(profile) !== null,
    });
  }

  async startClip(request: StartClipRequest): Promise<StartedClip> {
    const press = this.#pressOf(request.frame);
    if (this.#recording !== null || this.#startingClip !== null) {
      throw new CaptureError("already-recording", "This source is recording already. Stop that clip first.");
    }
    this.#startingClip = request.id;
    try {
      const startedAtMs = Date.now();
      await this.#fragmentOf(press);
      const fragments = this.#fragments.since(press.seq);
      const [first] = fragments ?? [];
      // The child may have ended while this waited: what it left is of no use to a recording that goes on.
      const runs = this.#run?.epoch === press.epoch;
      if (!runs || fragments === null || first?.epoch !== press.epoch || this.#init === null) throw this.#noSignal();
      const recording = new Recording({
        request,
        epoch: press.epoch,
        shape: clipShape(this.#options.profile),
        ffmpegPath: this.#options.ffmpegPath,
        init: this.#init,
        fragments,
        startedAtMs,
        lateMs: Math.max(0, ((first.firstSeq - press.seq) * 1000) / this.#fps()),
        onDiskError: () => this.#endClip("The recording ended early because the disk did not take it."),
      });
      this.#recording = recording;
      this.#tellState();
      return await recording.begin();
    } finally {
      this.#startingClip = null;
    }
  }

  stopClip(id: string, frame?: FrameRef): Promise<FinishedClip> {
    const finished = this.#finished.get(id);
    if (finished !== undefined) return finished;
    const recording = this.#recording;
    if (recording === null || recording.id !== id) {
      return Promise.reject(new CaptureError("not-recording", "This clip is not being recorded any more."));
    }
    const seq = frame?.epoch === recording.epoch ? frame.seq : (this.#newestPreview?.seq ?? 0);
    const clip = recording.stopAfter(seq, waitForFragmentMs);
    this.#remember(id, clip);
    void recording.full.then(() => this.#recordingGone(recording));
    return clip;
  }

  /** Forgets every frame seen so far, at the end of a procedure or a change of patient; a clip in progress goes on. */
  emptyRings(): void {
    this.#frames.empty();
    this.#fragments.empty();
    this.#painted = null;
    // What is still on its way through the pipes was seen before this moment too.
    this.#forgottenUpTo = this.#newestPreview;
  }

  /** One life of the child. Ends by throwing why it ended. */
  async #live(signal: AbortSignal): Promise<void> {
    const { ffmpegPath, profile } = this.#options;
    this.#epoch = Math.max(this.#epoch + 1, Math.floor(Date.now() / 1000));
    this.#init = null;
    const run = new SourceRun(ffmpegPath, profile, this.#epoch, {
      onPreview: (jpeg, seq, atMs) => this.#preview(jpeg, seq, atMs),
      onFull: (bytes, seq, atMs) => {
        silent = false;
        watch.frame();
        return this.#full(bytes, seq, atMs);
      },
      onInit: (init) => {
        this.#init = init;
      },
      onFragment: (fragment) => this.#fragment(fragment),
    });
    this.#run = run;
    let silent = false;
    const watch = new SignalWatch({
      onSilent: () => {
        silent = true;
        this.#setState("no-signal", whySilent(profile.input));
      },
      onGiveUp: () => void run.end(),
    });
    const stop = (): void => void run.child.stop();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      const end = await run.over;
      if (silent) throw new Error(whySilent(profile.input));
      this.#options.log.warn({ source: this.id, ...end, broken: run.broken?.message }, "ffmpeg ended");
      throw new Error(whyEnded(run.child.stderrTail(), profile.input));
    } finally {
      watch.stop();
      signal.removeEventListener("abort", stop);
      this.#run = null;
      this.#frames.endWaits();
      for (const wake of this.#fragmentWaits) wake();
      const reason = signal.aborted
        ? "Scopeline was stopped"
        : silent
          ? "the signal was lost"
          : "the video input failed";
      this.#endClip(`The recording ended early because ${reason}; everything up to then is kept.`);
    }
  }

  #failed(error: unknown): void {
    this.#restarts += 1;
    const message = error instanceof Error ? error.message : String(error);
    this.#setState(this.#state === "no-signal" ? "no-signal" : "restarting", message);
  }

  #preview(jpeg: Buffer, seq: number, capturedAtMs: number): void {
    const epoch = this.#epoch;
    this.#newestPreview = { epoch, seq };
    const { width, height } = previewSize(this.#options.profile);
    const flags = this.#recording === null ? 0 : previewFlags.recording;
    this.#previews.tell({ source: this.index, epoch, seq, capturedAtMs, width, height, flags, jpeg });
  }

  #full(bytes: Buffer, seq: number, atMs: number): Buffer[] {
    this.#lastFrameAt = atMs;
    if (this.#state !== "live") this.#setState("live", null);
    return this.#isForgotten(seq) ? [bytes] : this.#frames.push({ epoch: this.#epoch, seq, atMs, bytes });
  }

  #fragment(fragment: Fragment): void {
    if (!this.#isForgotten(fragment.firstSeq)) this.#fragments.push(fragment);
    this.#recording?.add(fragment);
    for (const wake of this.#fragmentWaits) wake();
  }

  #isForgotten(seq: number): boolean {
    const upTo = this.#forgottenUpTo;
    return upTo !== null && upTo.epoch === this.#epoch && seq <= upTo.seq;
  }

  /** The frame a press means: the one it names, where that is of this epoch, else the newest. Throws "no-signal". */
  #pressOf(frame: FrameRef | undefined): FrameRef {
    const newest = this.newestFrame();
    if (newest === null) throw this.#noSignal();
    return frame?.epoch === newest.epoch && frame.seq <= newest.seq ? frame : newest;
  }

  /** Waits until the H.264 of a frame has arrived, so that the last key frame before it is known, and for a key frame. */
  async #fragmentOf({ epoch, seq }: FrameRef): Promise<void> {
    const until = performance.now() + waitForFragmentMs;
    const here = (): boolean => this.#fragments.reaches(epoch, seq) && this.#fragments.since(seq) !== null;
    while (!here() && this.#run?.epoch === epoch && performance.now() < until) {
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

  /** Ends the clip in progress without a press, keeps what it has and tells. */
  #endClip(reason: string): void {
    const recording = this.#recording;
    if (recording === null) return;
    const { id } = recording;
    const pressed = this.#finished.has(id);
    const clip = recording.finish(reason);
    this.#recordingGone(recording);
    if (pressed) return;
    this.#remember(id, clip);
    clip.then(
      (finished) => this.#ends.tell({ id, clip: finished, error: null }),
      (error: unknown) =>
        this.#ends.tell({ id, clip: null, error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }

  #recordingGone(recording: Recording): void {
    if (this.#recording !== recording) return;
    this.#recording = null;
    this.#tellState();
  }

  #remember(id: string, clip: Promise<FinishedClip>): void {
    clip.catch(() => {});
    this.#finished.set(id, clip);
    for (const oldest of this.#finished.keys()) {
      if (this.#finished.size <= rememberedClips) break;
      this.#finished.delete(oldest);
    }
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
