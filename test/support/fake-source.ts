import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import {
  CaptureError,
  type CaptureSource,
  type ClipEnded,
  type FinishedClip,
  type FrameRef,
  type KeepLastRequest,
  type KeepStillRequest,
  type KeptStill,
  type LookBack,
  type SourceStatus,
  type StartClipRequest,
  type StartedClip,
} from "../../src/capture/capture.ts";

const unwatched = {
  ...{ findings: [], measured: null, frames: 0, lostFrames: 0, ringBytes: 0, untested: [], assumed: [] },
  encoder: { id: "libx264", because: null },
  passThrough: null,
  preview: { fps: 25, reduced: null },
  ...{ limits: null, stillsFrom: "every-frame" as const },
  lookBackS: { stills: 2.5, clips: 30 },
};

/** A source without a picture, whose every step waits until the test lets it go: for interleavings that ffmpeg never shows twice. */
export class FakeSource implements CaptureSource {
  readonly id = "scope";
  readonly index = 0;
  recording: string | null = null;
  live = true;
  /** Of the child that runs, or ran last. */
  epoch = 7;
  failStart = false;
  /** The next that begin fail, one after the other. */
  readonly failNext: Error[] = [];
  ringsEmptied = 0;
  lookBacksLimited = 0;
  lastFrameAt = 0;
  /** What it was asked to record, newest last. */
  readonly asked: (StartClipRequest | KeepLastRequest)[] = [];
  /** Set to a promise to make the next steps wait. */
  still: Promise<void> = Promise.resolve();
  begin: Promise<void> = Promise.resolve();
  finish: Promise<void> = Promise.resolve();
  #files = new Map<string, string>();
  #ends = new Set<(ended: ClipEnded) => void>();
  #states = new Set<(status: SourceStatus) => void>();

  state(): SourceStatus {
    const state = this.live ? "live" : "no-signal";
    const rest = {
      epoch: this.epoch,
      lastFrameAt: this.lastFrameAt,
      width: 16,
      height: 16,
      fps: 25,
      restarts: 0,
      commandLine: "",
      ...unwatched,
      slowestSyncMs: 0,
    };
    return { ...rest, state, message: this.live ? null : "No picture.", recording: this.recording };
  }
  start(): void {}
  async stop(): Promise<void> {}
  onPreview(): () => void {
    return () => {};
  }
  onState(listener: (status: SourceStatus) => void): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }
  onClipEnded(listener: (ended: ClipEnded) => void): () => void {
    this.#ends.add(listener);
    return () => this.#ends.delete(listener);
  }
  newestFrame(): FrameRef {
    return { epoch: this.epoch, seq: 100 };
  }
  painted(): void {}
  lastPainted(): FrameRef | null {
    return null;
  }
  canKeep(): boolean {
    return this.live;
  }
  lookBack(): LookBack {
    throw new CaptureError("no-look-back", "There is no picture to look back to.");
  }
  endLookBack(): void {}
  pictureOf(): Buffer | null {
    return null;
  }
  emptyRings(): void {
    this.ringsEmptied += 1;
  }
  limitLookBack(): void {
    this.lookBacksLimited += 1;
  }

  async keepStill({ file }: KeepStillRequest): Promise<KeptStill> {
    await this.still;
    const bytes = Buffer.from("still");
    await writeFile(file, bytes);
    const size = { width: 16, height: 16, subsampling: "4:2:2", sourceWasLossy: false } as const;
    return {
      ...size,
      ...{ file, encoding: "jpeg" },
      epoch: 7,
      seq: 100,
      frameExact: true,
      frameDistance: null,
      notice: null,
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      frameAtMs: 1,
    };
  }

  async startClip(request: StartClipRequest): Promise<StartedClip> {
    const { id, file } = request;
    this.asked.push(request);
    if (this.failStart) throw new CaptureError("disk", "The disk does not take it.");
    const failure = this.failNext.shift();
    if (failure !== undefined) throw failure;
    this.recording = id;
    this.#files.set(id, file);
    await writeFile(`${file}.part`, "growing");
    await this.begin;
    return { epoch: this.epoch, firstSeq: 90, pressedSeq: 100, startedAtMs: 1_000, width: 16, height: 16 };
  }

  async keepLast(request: KeepLastRequest): Promise<FinishedClip> {
    this.asked.push(request);
    if (this.failStart) throw new CaptureError("no-look-back", "There is no picture to look back to.");
    this.#files.set(request.id, request.file);
    await writeFile(`${request.file}.part`, "growing");
    await this.finish;
    return this.#finished(request.id);
  }

  async stopClip(id: string): Promise<FinishedClip> {
    this.recording = null;
    await this.finish;
    return this.#finished(id);
  }

  /** The clip ends by itself, as when the signal goes. */
  async endByItself(id: string, isInputLost = true): Promise<void> {
    this.recording = null;
    const clip = this.finish.then(() => this.#finished(id));
    for (const listener of this.#ends) listener({ id, isInputLost, lastFrameAtMs: 1_400, clip });
    await clip;
    // Whoever heard of it has saved it.
    await setImmediate();
  }

  /** The picture goes or comes, which is of another child then, and is told. */
  setLive(live: boolean): void {
    if (live && !this.live) this.epoch += 1;
    this.live = live;
    for (const listener of this.#states) listener(this.state());
  }

  async #finished(id: string): Promise<FinishedClip> {
    const file = this.#files.get(id) ?? "";
    const bytes = Buffer.from("clip");
    await writeFile(file, bytes);
    const video = {
      codec: "h264" as const,
      profileIdc: 100,
      constraintFlags: 0,
      levelIdc: 41,
      chromaFormat: 1,
      bitDepth: 8,
      interlaced: false,
      width: 16,
      height: 16,
      colour: null,
    };
    return {
      file,
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      frames: 10,
      firstSeq: 90,
      lastSeq: 99,
      durationMs: 400,
      width: 16,
      height: 16,
      fpsNum: 25,
      fpsDen: 1,
      video,
      startedAtMs: 1_000,
      pressedSeq: 100,
      lostFrames: 0,
      notice: null,
    };
  }
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
