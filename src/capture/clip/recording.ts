import { stat } from "node:fs/promises";
import type { PictureShape } from "../../devices/devices.ts";
import type { FinishedClip, StartClipRequest, StartedClip } from "../capture-types.ts";
import type { Fragment } from "../rings/fragment-ring.ts";
import { ClipWriter } from "./clip-writer.ts";
import { asCaptureError, finaliseClip } from "./finalise.ts";

export interface RecordingOptions {
  readonly request: StartClipRequest;
  readonly epoch: number;
  readonly shape: PictureShape;
  readonly ffmpegPath: string;
  /** `ftyp` and `moov` of this epoch. */
  readonly init: Buffer;
  /** From the key frame the clip begins with. */
  readonly fragments: readonly Fragment[];
  readonly startedAtMs: number;
  /** How long after the press the clip begins: more than 0 only where there was no key frame before it to begin with. */
  readonly lateMs: number;
  /** The clip has to end now: the disk does not take it. */
  readonly onDiskError: (error: Error) => void;
}

const minRateSeconds = 2.5;
const rateTolerance = 0.08;

/** One clip from its first fragment to the finished file. */
export class Recording {
  readonly id: string;
  readonly epoch: number;
  readonly #options: RecordingOptions;
  readonly #writer: ClipWriter;
  #nextSeq: number;
  /** Since the first fragment that came while recording: what the source's real rate is told by. */
  #rate: { readonly sinceMs: number; frames: number; untilMs: number } | null = null;
  #stopAtSeq: number | null = null;
  #closed = false;
  readonly #reached = Promise.withResolvers<void>();
  /** Resolves when the clip takes no more pictures: from then on another may begin while this one is finished. */
  readonly full: Promise<void>;
  #finished: Promise<FinishedClip> | null = null;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.id = options.request.id;
    this.epoch = options.epoch;
    this.full = this.#reached.promise;
    this.#nextSeq = options.fragments[0]?.firstSeq ?? 0;
    this.#writer = new ClipWriter(`${options.request.file}.part`, options.onDiskError);
  }

  /** Resolves when the first fragments are on the disk. Throws CaptureError "disk". */
  async begin(): Promise<StartedClip> {
    const { init, fragments, shape, startedAtMs, epoch } = this.#options;
    const firstSeq = this.#nextSeq;
    this.#writer.add(init);
    for (const fragment of fragments) this.add(fragment);
    // Those came from the ring all at once and say nothing of the rate.
    this.#rate = null;
    await this.#writer.durable().catch((error: unknown) => {
      throw asCaptureError(error);
    });
    return { epoch, firstSeq, startedAtMs, width: shape.width, height: shape.height };
  }

  add(fragment: Fragment): void {
    if (this.#closed || fragment.epoch !== this.epoch) return;
    this.#writer.add(fragment.bytes);
    this.#nextSeq = fragment.firstSeq + fragment.frames;
    const now = performance.now();
    if (this.#rate === null) this.#rate = { sinceMs: now, frames: 0, untilMs: now };
    else Object.assign(this.#rate, { frames: this.#rate.frames + fragment.frames, untilMs: now });
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

  async #finalise(reason: string | null): Promise<FinishedClip> {
    const { request, ffmpegPath, lateMs } = this.#options;
    // What was written before the disk failed is still worth finishing.
    const failed = await this.#writer.close().then(
      () => null,
      (error: unknown) => asCaptureError(error),
    );
    if (failed !== null && !(await isThere(`${request.file}.part`))) throw failed;
    const clip = await finaliseClip(`${request.file}.part`, request.file, ffmpegPath);
    const late = lateMs > 0 ? `The recording begins ${(lateMs / 1000).toFixed(1)} s after the press.` : null;
    return {
      ...clip,
      notice: [late, reason, failed?.message, clip.notice, this.#wrongRate()].filter(Boolean).join(" ") || null,
    };
  }

  /** Every frame is stamped at the nominal rate: where the source has another, the clip plays at the wrong speed. */
  #wrongRate(): string | null {
    const { fpsNum, fpsDen } = this.#options.shape;
    const seconds = this.#rate === null ? 0 : (this.#rate.untilMs - this.#rate.sinceMs) / 1000;
    if (this.#rate === null || seconds < minRateSeconds) return null;
    const real = this.#rate.frames / seconds;
    const nominal = fpsNum / fpsDen;
    if (Math.abs(real / nominal - 1) <= rateTolerance) return null;
    const rates = `The source gave ${real.toFixed(1)} frames a second, its profile says ${nominal.toFixed(1)}`;
    return `${rates}: this clip plays at the wrong speed. Set the right rate.`;
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
