import { type DeviceProfile, frameBytes, fullShape } from "../../devices/devices.ts";
import { CaptureError } from "../capture-error.ts";
import { FfmpegChild } from "../ffmpeg-child.ts";
import { JpegSplitter } from "../streams/jpeg-splitter.ts";
import { RawSplitter } from "../streams/raw-splitter.ts";
import { stillArguments, stillPipes } from "./still-arguments.ts";

export interface StillEncoderOptions {
  readonly ffmpegPath: string;
  readonly profile: DeviceProfile;
  readonly maxPending?: number;
  readonly timeoutMs?: number;
}

export interface EncodedStill {
  /** In the profile's encoding. */
  readonly still: Buffer;
  /** A small JPEG, at most 480 pixels wide. */
  readonly thumbnail: Buffer;
}

interface Job {
  readonly frame: Buffer;
  readonly resolve: (encoded: EncodedStill) => void;
  readonly reject: (error: Error) => void;
  tries: number;
}

const maxStillBytes = 256 * 1024 * 1024;
const maxTries = 3;
/** A fresh encoder may take so many times as long for its first frame. */
const startFactor = 5;

/** Encodes kept frames. The encoder waits warm, one frame at a time; one that dies or hangs is replaced and tried again. */
export class StillEncoder {
  readonly #options: StillEncoderOptions;
  readonly #queue: Job[] = [];
  #child: FfmpegChild | null = null;
  #current: Job | null = null;
  /** What has come of the current frame. */
  #made: Partial<Record<keyof EncodedStill, Buffer>> = {};
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: StillEncoderOptions) {
    this.#options = options;
  }

  /** Starts the encoder and runs one grey frame through it, so that the first press finds it warm. */
  async warm(): Promise<void> {
    const { profile } = this.#options;
    const { width, height } = fullShape(profile);
    await this.encode(Buffer.alloc(frameBytes(profile.input.pixelFormat, width, height), 128)).catch(() => {});
  }

  get childPid(): number | undefined {
    return this.#child?.pid;
  }

  /** One raw frame to one still and its small picture. Throws CaptureError "busy" (too many waiting), "encoder" or "stopped". */
  encode(frame: Buffer): Promise<EncodedStill> {
    if (this.#stopped) return Promise.reject(new CaptureError("stopped", "This source is being stopped."));
    if (this.#queue.length >= (this.#options.maxPending ?? 16)) {
      return Promise.reject(new CaptureError("busy", "Too many pictures at once. Wait a second and press again."));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ frame, resolve, reject, tries: 0 });
      this.#next();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const gone = new CaptureError("stopped", "This source is being stopped.");
    for (const job of this.#queue.splice(0)) job.reject(gone);
    this.#current?.reject(gone);
    this.#current = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#child?.kill();
  }

  #next(): void {
    if (this.#current !== null || this.#stopped) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    this.#current = job;
    job.tries += 1;
    const { timeoutMs = 2000 } = this.#options;
    // One that is only starting, on a box that is busy, would else be thrown away again and again and never get warm.
    const isStarting = this.#child === null;
    this.#timer = setTimeout(() => this.#fail("hangs"), isStarting ? startFactor * timeoutMs : timeoutMs);
    const child = this.#child ?? this.#start();
    child.stdin?.write(job.frame);
  }

  #start(): FfmpegChild {
    const { ffmpegPath, profile } = this.#options;
    const { width, height } = fullShape(profile);
    const child = new FfmpegChild(ffmpegPath, stillArguments(profile), 1);
    const take = (what: keyof EncodedStill) => (bytes: Buffer) => {
      if (child === this.#child) this.#took(what, Buffer.from(bytes));
    };
    const pixels =
      profile.still.encoding === "uncompressed" ? new RawSplitter(width * height * 3, take("still")) : null;
    // The bytes after a FF of coded data never look like a marker in JPEG-LS either (T.87 A.1: a 0 bit is stuffed).
    this.#read(child, stillPipes.still, pixels ?? new JpegSplitter(maxStillBytes, take("still")));
    this.#read(child, stillPipes.thumbnail, new JpegSplitter(maxStillBytes, take("thumbnail")));
    void child.ended.then(() => {
      if (child === this.#child) this.#fail("ended");
    });
    this.#child = child;
    return child;
  }

  #read(child: FfmpegChild, pipe: number, splitter: { push(chunk: Buffer): void }): void {
    child.output(pipe).on("data", (chunk: Buffer) => {
      try {
        splitter.push(chunk);
      } catch {
        if (child === this.#child) this.#fail("writes no picture");
      }
    });
  }

  #took(what: keyof EncodedStill, bytes: Buffer): void {
    this.#made[what] = bytes;
    const { still, thumbnail } = this.#made;
    if (still === undefined || thumbnail === undefined) return;
    const job = this.#current;
    this.#current = null;
    this.#made = {};
    if (this.#timer !== null) clearTimeout(this.#timer);
    job?.resolve({ still, thumbnail });
    this.#next();
  }

  /** Throws the encoder away; its frame goes to a fresh one, first in the queue. */
  #fail(how: string): void {
    const child = this.#child;
    this.#child = null;
    this.#made = {};
    if (this.#timer !== null) clearTimeout(this.#timer);
    void child?.kill();
    const job = this.#current;
    this.#current = null;
    if (job !== null) {
      if (job.tries < maxTries) this.#queue.unshift(job);
      else
        job.reject(new CaptureError("encoder", `The picture could not be encoded: the encoder ${how}. Press again.`));
    }
    if (this.#stopped) return;
    this.#next();
    // Died while idle: the next press shall find a warm one.
    if (this.#child === null) setTimeout(() => this.#child === null && !this.#stopped && void this.warm(), 500).unref();
  }
}
