import { type DeviceProfile, frameBytes, fullShape } from "../../devices/devices.ts";
import { CaptureError } from "../capture-error.ts";
import { FfmpegChild } from "../ffmpeg-child.ts";
import { JpegSplitter } from "../streams/jpeg-splitter.ts";

export interface StillEncoderOptions {
  readonly ffmpegPath: string;
  readonly profile: DeviceProfile;
  readonly maxPending?: number;
  readonly timeoutMs?: number;
}

interface Job {
  readonly frame: Buffer;
  readonly resolve: (jpeg: Buffer) => void;
  readonly reject: (error: Error) => void;
  tries: number;
}

const maxJpegBytes = 64 * 1024 * 1024;
const maxTries = 3;

/** Arguments of an ffmpeg that turns raw frames on stdin into JPEGs on stdout, as JFIF means them: BT.601, full range. */
export function stillArguments(profile: DeviceProfile): string[] {
  const { width, height } = fullShape(profile);
  const { matrix, range } = profile.colour;
  const colour = `in_color_matrix=${matrix}:in_range=${range}:out_color_matrix=bt601:out_range=full`;
  const filters = `scale=flags=bicubic:${colour},format=yuvj422p,setsar=1`;
  const raw = ["-f", "rawvideo", "-pixel_format", profile.input.pixelFormat, "-video_size", `${width}x${height}`];
  return [
    ...["-hide_banner", "-nostats", "-nostdin", "-loglevel", "repeat+level+warning"],
    ...[
      "-probesize",
      "32",
      "-analyzeduration",
      "0",
      ...raw,
      "-i",
      "pipe:0",
      "-vf",
      filters,
      "-fps_mode",
      "passthrough",
    ],
    // Optimal Huffman tables would cost a second pass over every picture, 10 ms at 1080p, for some 5 % of its size.
    ...[
      "-c:v",
      "mjpeg",
      "-threads",
      "1",
      "-huffman",
      "default",
      "-qmin",
      "1",
      "-q:v",
      String(profile.still.encoding === "jpeg" ? profile.still.quantiser : 1),
      "-flags",
      "+bitexact",
    ],
    ...["-flush_packets", "1", "-f", "mjpeg", "pipe:1"],
  ];
}

/** Encodes kept frames. The encoder waits warm, one frame at a time; one that dies or hangs is replaced and tried again. */
export class StillEncoder {
  readonly #options: StillEncoderOptions;
  readonly #queue: Job[] = [];
  #child: FfmpegChild | null = null;
  #current: Job | null = null;
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

  /** One raw frame to one JPEG. Throws CaptureError "busy" (too many waiting), "encoder" or "stopped". */
  encode(frame: Buffer): Promise<Buffer> {
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
    this.#timer = setTimeout(() => this.#fail("hangs"), this.#options.timeoutMs ?? 2000);
    const child = this.#child ?? this.#start();
    child.stdin?.write(job.frame);
  }

  #start(): FfmpegChild {
    const child = new FfmpegChild(this.#options.ffmpegPath, stillArguments(this.#options.profile), 0);
    const splitter = new JpegSplitter(maxJpegBytes, (jpeg) => {
      if (child === this.#child) this.#done(Buffer.from(jpeg));
    });
    child.output(1).on("data", (chunk: Buffer) => {
      try {
        splitter.push(chunk);
      } catch {
        if (child === this.#child) this.#fail("writes no JPEG");
      }
    });
    void child.ended.then(() => {
      if (child === this.#child) this.#fail("ended");
    });
    this.#child = child;
    return child;
  }

  #done(jpeg: Buffer): void {
    const job = this.#current;
    this.#current = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    job?.resolve(jpeg);
    this.#next();
  }

  /** Throws the encoder away; its frame goes to a fresh one, first in the queue. */
  #fail(how: string): void {
    const child = this.#child;
    this.#child = null;
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
