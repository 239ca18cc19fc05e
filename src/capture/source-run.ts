import type { Readable } from "node:stream";
import { setImmediate as afterLog } from "node:timers/promises";
import { type DeviceProfile, type EncoderId, frameBytes, fullShape } from "../devices/devices.ts";
import { readFragment } from "./clip/fragments.ts";
import { sourceArguments } from "./command-line/command-line.ts";
import type { ArrivingSize } from "./command-line/graph.ts";
import { copiedPipe, furtherPipes, pipes } from "./command-line/pipes.ts";
import { thinningCommands } from "./command-line/preview-output.ts";
import { lookShape } from "./doctor/look.ts";
import type { Look } from "./doctor/look-signs.ts";
import { type ChildEnd, FfmpegChild } from "./ffmpeg-child.ts";
import { NumberGate } from "./pass-through/copied-numbers.ts";
import type { CopiedStream } from "./pass-through/copied-stream.ts";
import type { Fragment } from "./rings/fragment-ring.ts";
import { CopiedJpegs } from "./still/copied-jpegs.ts";
import { FrameTimes } from "./still/frame-times.ts";
import { type Box, BoxReader } from "./streams/box-reader.ts";
import type { RawPipe } from "./streams/raw-pipe.ts";
import { RawSplitter } from "./streams/raw-splitter.ts";
import { SmjpegSplitter } from "./streams/smjpeg-splitter.ts";

const maxBoxBytes = 64 * 1024 * 1024;
const maxPreviewBytes = 4 * 1024 * 1024;

export interface RunListener {
  onPreview(jpeg: Buffer, seq: number, atMs: number): void;
  /** Returns buffers that may be written into again. */
  onFull(bytes: Buffer, seq: number, atMs: number): Buffer[];
  onInit(init: Buffer): void;
  onFragment(fragment: Fragment): void;
  /** The source's own time stamp of a frame that was counted, in microseconds: a gap is a frame that never came. */
  onTime(seq: number, timeUs: number): void;
  /** A small picture of the luma. */
  onLook(look: Look): void;
  /** A line of ffmpeg's log. */
  onLine(line: string): void;
  /** The signal is there, but nothing of it can be shown. */
  onSkipped(): void;
}

export interface SourceRunOptions {
  readonly ffmpegPath: string;
  readonly profile: DeviceProfile;
  readonly epoch: number;
  /** The size that is known to arrive, where it is not the profile's. */
  readonly arriving: ArrivingSize | null;
  /** Of the frames, one in so many is shown and comes at full resolution. */
  readonly everyNth?: number;
  /** Full-resolution frames come at all; default true. */
  readonly hasFull?: boolean;
  /** Of clips; default: the CPU's. */
  readonly encoder?: EncoderId;
  /** For the frames at full resolution; null: their JPEGs are copied, or none come. The run ends it. */
  readonly raw: RawPipe | null;
  /** A network encoder's stream that becomes the clips as it comes; null: clips are encoded. */
  readonly copied?: CopiedStream | null;
  readonly listener: RunListener;
}

/** One life of the ffmpeg child: its pipes cut into frames and fragments, each with its sequence number. */
export class SourceRun {
  readonly child: FfmpegChild;
  readonly epoch: number;
  /** What came out of a pipe and made no sense; the child was ended for it. */
  broken: Error | null = null;
  /** Resolves when nothing comes from this child any more. */
  readonly over: Promise<ChildEnd>;
  readonly #abandoned = Promise.withResolvers<ChildEnd>();
  readonly #profile: DeviceProfile;
  readonly #listener: RunListener;
  readonly #copied: CopiedStream | null;
  readonly #gate = new NumberGate();
  /** Who else wants the times: the pairing of copied JPEGs. */
  #onTime: (seq: number, timeUs: number) => void = () => {};
  #blankSpare = (): void => {};

  constructor({
    ffmpegPath,
    profile,
    epoch,
    arriving,
    everyNth = 1,
    hasFull = true,
    encoder,
    raw,
    copied = null,
    listener,
  }: SourceRunOptions) {
    this.epoch = epoch;
    this.#profile = profile;
    this.#listener = listener;
    this.#copied = copied;
    const words = sourceArguments(profile, arriving, encoder, everyNth, hasFull, copied !== null);
    if (raw !== null) this.#readRaw(raw, everyNth);
    const outputs = furtherPipes + (copied === null ? 0 : 1);
    this.child = new FfmpegChild(ffmpegPath, words, outputs, { raw, onLine: (line) => listener.onLine(line) });
    const over = Promise.race([this.child.ended, this.#abandoned.promise]);
    this.over = copied === null ? over : over.finally(() => afterLog().then(() => copied.flush()));
    this.#readPreview();
    if (copied === null) this.#readClip();
    else copied.feed(this.child.input(copiedPipe), epoch, listener);
    this.#readTimes();
    this.#readLooks();
    if (raw === null && hasFull) this.#readCopied();
    else if (raw === null) this.child.output(pipes.full).resume();
  }

  /** SIGKILL; a process that is stuck in a driver and does not even end of that is left behind, unheard. */
  async end(): Promise<void> {
    await this.child.kill();
    this.broken ??= new Error("the child does not end");
    this.#abandoned.resolve({ code: null, signal: null });
  }

  /** The preview shows every `everyNth` frame (1, 2, 3 or 6) from about now on; nothing else changes. */
  thinPreview(everyNth: number): void {
    if (this.child.stdin?.writable === true) this.child.stdin.write(thinningCommands(everyNth));
  }

  /** What was a picture and waits to be written over is blank then. */
  blankSpare(): void {
    this.#blankSpare();
  }

  #readPreview(): void {
    const { fpsNum, fpsDen } = fullShape(this.#profile);
    const splitter = new SmjpegSplitter(maxPreviewBytes, (jpeg, timeMs, atMs) => {
      const seq = Math.round((timeMs * fpsNum) / (1000 * fpsDen));
      this.#numbered(seq, () => this.#listener.onPreview(jpeg, seq, atMs));
    });
    this.#feed(this.child.output(pipes.preview), (chunk) => splitter.push(chunk));
  }

  #readRaw(raw: RawPipe, everyNth: number): void {
    this.#blankSpare = () => splitter.blank();
    const { width, height } = fullShape(this.#profile);
    let seq = 0;
    const splitter = new RawSplitter(frameBytes(this.#profile.input.pixelFormat, width, height), (bytes, atMs) => {
      const own = seq;
      seq += everyNth;
      this.#numbered(own, () => {
        const free = this.broken === null ? this.#listener.onFull(bytes, own, atMs) : [bytes];
        for (const one of free) splitter.recycle(one);
      });
    });
    raw.readInto(splitter, (error) => this.#break(error));
  }

  #readCopied(): void {
    const jpegs = new CopiedJpegs((bytes, seq, atMs) => void this.#listener.onFull(bytes, seq, atMs));
    const reader = new BoxReader(maxBoxBytes, (box) => jpegs.addBox(box));
    this.#feed(this.child.output(pipes.full), (chunk) => reader.push(chunk));
    this.#onTime = (seq, timeUs) => jpegs.addTime(seq, timeUs);
  }

  #readTimes(): void {
    const times = new FrameTimes((seq, decodedUs) => {
      const timeUs = this.#copied?.counted(seq, decodedUs) ?? decodedUs;
      this.#onTime(seq, timeUs);
      this.#listener.onTime(seq, timeUs);
      this.#gate.openUpTo(seq + 1);
    });
    const push = (chunk: Buffer): void => times.push(chunk.toString("latin1"));
    if (this.#copied === null) this.#feed(this.child.output(pipes.times), push);
    else this.#feedLate(this.child.output(pipes.times), push);
  }

  #readLooks(): void {
    const { width, height } = lookShape(this.#profile);
    const splitter = new RawSplitter(width * height, (luma) => {
      this.#listener.onLook({ luma, width, height });
    });
    this.#feed(this.child.output(pipes.look), (chunk) => splitter.push(chunk));
  }

  #readClip(): void {
    let init: Buffer[] = [];
    let moof: Box | null = null;
    const reader = new BoxReader(maxBoxBytes, (box) => {
      if (box.type === "ftyp") init = [box.bytes];
      else if (box.type === "moov") this.#listener.onInit(Buffer.concat([...init, box.bytes]));
      else if (box.type === "moof") moof = box;
      else if (box.type === "mdat" && moof !== null) {
        this.#listener.onFragment(this.#fragment(moof, box));
        moof = null;
      }
    });
    this.#feed(this.child.output(pipes.clip), (chunk) => reader.push(chunk));
  }

  #fragment(moof: Box, mdat: Box): Fragment {
    const { decodeTime, samples, startsWithKey } = readFragment(moof);
    // The track's time scale is the rate's numerator, so that a frame lasts its denominator.
    const { fpsNum, fpsDen } = fullShape(this.#profile);
    const firstSeq = Math.round(decodeTime / fpsDen);
    const bytes = Buffer.concat([moof.bytes, mdat.bytes]);
    // It comes when its last frame is there.
    const atMs = Date.now() - (samples * 1000 * fpsDen) / fpsNum;
    return { epoch: this.epoch, firstSeq, frames: samples, startsWithKey, atMs, bytes };
  }

  /** Of a stream that is kept as it comes no picture goes out before the decoder's number is proven to be the stream's. */
  #numbered(seq: number, deliver: () => void): void {
    if (this.#copied === null) deliver();
    else this.#gate.pass(seq, deliver);
  }

  #feed(stream: Readable, push: (chunk: Buffer) => void): void {
    stream.on("data", (chunk: Buffer) => this.#take(chunk, push));
  }

  /** What the decoder logs of a picture is written before its number: so it is heard before, whichever pipe is read first. */
  #feedLate(stream: Readable, push: (chunk: Buffer) => void): void {
    stream.on("data", (chunk: Buffer) => void afterLog().then(() => this.#take(chunk, push)));
  }

  #take(chunk: Buffer, push: (chunk: Buffer) => void): void {
    if (this.broken !== null) return;
    try {
      push(chunk);
    } catch (error) {
      this.#break(error);
    }
  }

  #break(error: unknown): void {
    this.broken ??= error instanceof Error ? error : new Error(String(error));
    void this.end();
  }
}
