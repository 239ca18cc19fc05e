import { clipShape, type DeviceProfile } from "../../devices/devices.ts";
import { CaptureError } from "../capture-error.ts";
import type { FrameRef, RecordingLoss } from "../capture-types.ts";
import { type ChildEnd, FfmpegChild } from "../ffmpeg-child.ts";
import type { CodedFrames } from "../rings/coded-frames.ts";
import type { Fragment } from "../rings/fragment-ring.ts";
import { recordedStillArguments, stillPipes } from "./still-arguments.ts";
import type { EncodedStill } from "./still-encoder.ts";

export interface RecordedStillsOptions {
  readonly ffmpegPath: string;
  readonly profile: DeviceProfile;
  readonly coded: CodedFrames;
  /** `ftyp` and `moov` of the child of an epoch; null: they are not there. */
  readonly initOf: (epoch: number) => Buffer | null;
  readonly timeoutMs?: number;
}

/** A frame as it was recorded, and encoded as the profile says. */
export interface RecordedStill extends EncodedStill {
  readonly lossyBefore: readonly RecordingLoss[];
  /** Wall clock, by when its fragment came. */
  readonly frameAtMs: number;
}

/** A fragment is a quarter of a second; on a box that is overloaded it comes late. */
const waitMs = 3000;
const maxPending = 8;
const maxStillBytes = 256 * 1024 * 1024;

/**
 * Takes frames out of what was recorded and is remembered: one ffmpeg at a time, fed and read through pipes, for nothing of
 * what is only remembered may lie on a disk.
 */
export class RecordedStills {
  readonly #options: RecordedStillsOptions;
  readonly #stopping = new AbortController();
  #pending = 0;
  #before: Promise<unknown> = Promise.resolve();

  constructor(options: RecordedStillsOptions) {
    this.#options = options;
  }

  /** Exactly that frame. Throws CaptureError "busy" (too many waiting), "encoder" or "stopped"; another frame is never taken. */
  async take(frame: FrameRef): Promise<RecordedStill> {
    const { coded, initOf } = this.#options;
    if (this.#pending >= maxPending) {
      throw new CaptureError("busy", "Too many pictures at once. Wait a second and press again.");
    }
    this.#pending += 1;
    try {
      // Taken before it waits for others: the rings may be emptied or go on meanwhile.
      const group = await coded.wait(frame, waitMs);
      const init = initOf(frame.epoch);
      if (group === null || init === null) throw failed("it is not in the recording");
      const made = this.#before.then(() => this.#decode(frame, init, group));
      this.#before = made.catch(() => {});
      return { ...(await made), lossyBefore: [this.#lossOf(init, group)], frameAtMs: this.#timeOf(frame, group) };
    } finally {
      this.#pending -= 1;
    }
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#before;
  }

  async #decode({ seq }: FrameRef, init: Buffer, group: readonly Fragment[]): Promise<EncodedStill> {
    const { ffmpegPath, profile, timeoutMs = 10_000 } = this.#options;
    const { signal } = this.#stopping;
    if (signal.aborted) throw stopped();
    const child = new FfmpegChild(ffmpegPath, recordedStillArguments(profile, seq), 1);
    const gone = Promise.withResolvers<ChildEnd>();
    const kill = (): void => void child.kill().then(() => gone.resolve({ code: null, signal: null }));
    signal.addEventListener("abort", kill, { once: true });
    const timer = setTimeout(kill, timeoutMs);
    const still = read(child, stillPipes.still, kill);
    const thumbnail = read(child, stillPipes.thumbnail, kill);
    for (const { bytes } of [{ bytes: init }, ...group]) child.stdin?.write(bytes);
    child.stdin?.end();
    const { code } = await Promise.race([child.ended, gone.promise]);
    clearTimeout(timer);
    signal.removeEventListener("abort", kill);
    if (signal.aborted) throw stopped();
    if (code !== 0) throw failed(code === null ? "it took too long" : "it cannot be decoded", child.stderrTail());
    const made = { still: still(), thumbnail: thumbnail() };
    if (made.still.length === 0 || made.thumbnail.length === 0) throw failed("it is missing there", child.stderrTail());
    return made;
  }

  #lossOf(init: Buffer, group: readonly Fragment[]): RecordingLoss {
    const { width, height } = clipShape(this.#options.profile);
    const frames = group.reduce((sum, one) => sum + one.frames, 0);
    const bytes = group.reduce((sum, one) => sum + one.bytes.length, 0);
    const isHevc = init.includes("hvcC", 0, "latin1");
    return { method: isHevc ? "ISO_23008_2" : "ISO_14496_10", ratio: (frames * width * height * 3) / bytes };
  }

  #timeOf({ seq }: FrameRef, group: readonly Fragment[]): number {
    const { fpsNum, fpsDen } = clipShape(this.#options.profile);
    const last = group.at(-1);
    if (last === undefined) throw failed("it is not in the recording");
    return last.atMs + ((seq - last.firstSeq) * 1000 * fpsDen) / fpsNum;
  }
}

/** All that comes out of a pipe, for when it has come; too much of it ends the child. */
function read(child: FfmpegChild, pipe: number, end: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  child.output(pipe).on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxStillBytes) end();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}

function failed(why: string, lines: readonly string[] = []): CaptureError {
  const message = `This picture could not be taken from the recording (${why}). Press again.`;
  return new CaptureError("encoder", message, new Error(lines.join("\n")));
}

function stopped(): CaptureError {
  return new CaptureError("stopped", "This source is being stopped.");
}
