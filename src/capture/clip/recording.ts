import { stat } from "node:fs/promises";
import type { PictureShape } from "../../devices/devices.ts";
import type { FinishedClip, StartedClip } from "../capture-types.ts";
import type { Fragment } from "../rings/fragment-ring.ts";
import { ClipWriter } from "./clip-writer.ts";
import { asCaptureError, finaliseClip } from "./finalise.ts";
import { SourceRate } from "./source-rate.ts";

export interface RecordingOptions {
  readonly id: string;
  /** Final path, `.mp4`. */
  readonly file: string;
  readonly epoch: number;
  readonly shape: PictureShape;
  readonly ffmpegPath: string;
  /** `ftyp` and `moov` of this epoch. */
  readonly init: Buffer;
  /** From the key frame the clip begins with; at least one. */
  readonly fragments: readonly Fragment[];
  /** The frame that the press meant. */
  readonly pressedSeq: number;
  /** What is to be said of its beginning; null: it begins as asked. */
  readonly beginning: string | null;
  /** Frames that the source lost between these two. */
  readonly lostBetween: (firstSeq: number, lastSeq: number) => number;
  /** The clip has to end now: the disk does not take it. */
  readonly onDiskError: (error: Error) => void;
  /** How long pictures had been in memory only when they reached the disk, ms; told after each fsync of a begun clip. */
  readonly onSynced: (waitedMs: number) => void;
}

/** One clip from its first fragment to the finished file. */
export class Recording {
  readonly id: string;
  readonly epoch: number;
  readonly #options: RecordingOptions;
  readonly #writer: ClipWriter;
  readonly #rate = new SourceRate();
  #ratedFromSeq: number | null = null;
  #nextSeq: number;
  #lastFrameAtMs: number;
  #stopAtSeq: number | null = null;
  #hasBegun = false;
  #closed = false;
  readonly #reached = Promise.withResolvers<void>();
  /** Resolves when the clip takes no more pictures: from then on another may begin while this one is finished. */
  readonly full: Promise<void>;
  #finished: Promise<FinishedClip> | null = null;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.id = options.id;
    this.epoch = options.epoch;
    this.full = this.#reached.promise;
    this.#nextSeq = options.fragments[0]?.firstSeq ?? 0;
    this.#lastFrameAtMs = this.#startedAtMs;
    this.#writer = new ClipWriter(`${options.file}.part`, {
      onError: options.onDiskError,
      onSynced: (waitedMs) => {
        if (this.#hasBegun) options.onSynced(waitedMs);
      },
    });
  }

  /** Wall clock of the end of its last frame. */
  get lastFrameAtMs(): number {
    return this.#lastFrameAtMs;
  }

  /** Resolves when the first fragments are on the disk. Throws CaptureError "disk". */
  async begin(): Promise<StartedClip> {
    const { init, fragments, shape, epoch, pressedSeq } = this.#options;
    const firstSeq = this.#nextSeq;
    this.#writer.add(init, true);
    for (const fragment of fragments) this.#take(fragment, true);
    this.#checkReached();
    await this.#writer.durable().catch((error: unknown) => {
      throw asCaptureError(error);
    });
    this.#hasBegun = true;
    return { epoch, firstSeq, pressedSeq, startedAtMs: this.#startedAtMs, width: shape.width, height: shape.height };
  }

  add(fragment: Fragment): void {
    if (this.#closed || fragment.epoch !== this.epoch) return;
    this.#take(fragment, false);
    this.#rate.add(fragment.frames, performance.now());
    this.#ratedFromSeq ??= fragment.firstSeq + fragment.frames - 1;
    this.#checkReached();
  }

  /** Ends with the fragment that holds `seq`, or with what there is after `timeoutMs`. */
  async stopAfter(seq: number, timeoutMs: number): Promise<FinishedClip> {
    this.#stopAtSeq = seq;
    this.#checkReached();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#reached.resolve();
    }, timeoutMs);
    await this.#reached.promise;
    clearTimeout(timer);
    return this.finish(late ? "The recording may end before the press: the picture had stopped." : null);
  }

  /** Ends with what there is; `reason` goes into the notice. The same promise however often it is asked. */
  finish(reason: string | null): Promise<FinishedClip> {
    this.#closed = true;
    this.#reached.resolve();
    this.#finished ??= this.#finalise(reason);
    return this.#finished;
  }

  get #startedAtMs(): number {
    return this.#options.fragments[0]?.atMs ?? Date.now();
  }

  #take(fragment: Fragment, isRemembered: boolean): void {
    const { fpsNum, fpsDen } = this.#options.shape;
    this.#writer.add(fragment.bytes, isRemembered);
    this.#nextSeq = fragment.firstSeq + fragment.frames;
    this.#lastFrameAtMs = fragment.atMs + (fragment.frames * 1000 * fpsDen) / fpsNum;
  }

  async #finalise(reason: string | null): Promise<FinishedClip> {
    const { file, ffmpegPath, beginning, pressedSeq, shape, lostBetween } = this.#options;
    // What was written before the disk failed is still worth finishing.
    const failed = await this.#writer.close().then(
      () => null,
      (error: unknown) => asCaptureError(error),
    );
    if (failed !== null && !(await isThere(`${file}.part`))) throw failed;
    const clip = await finaliseClip(`${file}.part`, file, ffmpegPath);
    const lost = lostBetween(clip.firstSeq, clip.lastSeq);
    const told =
      lost === 0
        ? null
        : `${lost} ${lost === 1 ? "frame of the source is" : "frames of the source are"} missing in it.`;
    const notices = [
      beginning,
      reason,
      failed?.message,
      clip.notice,
      told,
      this.#rate.wrongRate(shape, this.#lostWhileSeen(clip.lastSeq)),
    ];
    return {
      ...clip,
      startedAtMs: this.#startedAtMs,
      pressedSeq,
      lostFrames: lost + (clip.lostFrames ?? 0),
      notice: notices.filter(Boolean).join(" ") || null,
    };
  }

  /** Of the frames that came while it was recorded: what it remembered says nothing of the rate. */
  #lostWhileSeen(lastSeq: number): number {
    return this.#ratedFromSeq === null ? 0 : this.#options.lostBetween(this.#ratedFromSeq, lastSeq);
  }

  #checkReached(): void {
    if (this.#stopAtSeq === null || this.#nextSeq <= this.#stopAtSeq) return;
    this.#closed = true;
    this.#reached.resolve();
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    ({ size }) => size > 0,
    () => false,
  );
}
