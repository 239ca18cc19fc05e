import { blamesEncoder, type DeviceProfile, type EncoderId } from "../devices/devices.ts";
import type { Log } from "../lib/log.ts";
import type { ArrivingSize } from "./command-line/graph.ts";
import { SignalWatch } from "./doctor/signal-watch.ts";
import { SizeGate } from "./doctor/size-gate.ts";
import { type ArrivingPicture, LineReader } from "./doctor/stream-line.ts";
import { whyEnded, whySilent } from "./doctor/why-ended.ts";
import type { CopiedStream } from "./pass-through/copied-stream.ts";
import { type RunListener, SourceRun, type SourceRunOptions } from "./source-run.ts";

export interface SourceLifeOptions {
  readonly id: string;
  readonly ffmpegPath: string;
  readonly profile: DeviceProfile;
  readonly epoch: number;
  /** The size that is known to arrive, where it is not the profile's. */
  readonly arriving: ArrivingSize | null;
  /** Of the frames, one in so many is shown and comes at full resolution. */
  readonly everyNth: number;
  /** Full-resolution frames come; else only what is shown and what is recorded. */
  readonly hasFull: boolean;
  /** Of clips. */
  readonly encoder: EncoderId;
  readonly raw: SourceRunOptions["raw"];
  readonly copied: CopiedStream | null;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly listener: Omit<RunListener, "onLine" | "onSkipped">;
  /** What the input says of itself, and each time that changes. */
  readonly onArriving: (picture: ArrivingPicture) => void;
  /** The child lives and gives no picture; the words say what to do. */
  readonly onSilent: (message: string) => void;
}

export interface LifeEnd {
  /** Why, in words that follow "because". */
  readonly because: string;
  readonly error: Error;
  /** It was ended because this size arrives, for which the filters were not made. */
  readonly otherSize: ArrivingSize | null;
  /** By ffmpeg's last words it was the encoder of clips. */
  readonly encoderFailed: boolean;
}

export interface SourceLife {
  readonly run: SourceRun;
  /** Never rejects. */
  readonly over: Promise<LifeEnd>;
}

/** One life of the child: watched for silence and for the size that arrives, ended with the signal, and why it ended. */
export function beginLife(options: SourceLifeOptions): SourceLife {
  const { ffmpegPath, profile, epoch, arriving, everyNth, hasFull, encoder, raw, copied, listener, signal } = options;
  let silent = false;
  let otherSize: ArrivingSize | null = null;
  const gate = new SizeGate(arriving ?? profile.input);
  const isOpen = (): boolean => gate.isOpen(performance.now());
  const lines = new LineReader((picture) => {
    options.onArriving(picture);
    if (gate.arrives(picture)) return;
    const { width, height } = picture;
    otherSize = { width, height };
    void run.end();
  });
  const hear = (): void => {
    silent = false;
    watch.frame();
  };
  const run = new SourceRun({
    ...{ ffmpegPath, profile, epoch, arriving, everyNth, hasFull, encoder, raw, copied },
    listener: {
      onSkipped: hear,
      onInit: listener.onInit,
      onTime: listener.onTime,
      onPreview: (jpeg, seq, atMs) => {
        if (!hasFull) hear();
        if (isOpen()) listener.onPreview(jpeg, seq, atMs);
      },
      onFull: (bytes, seq, atMs) => {
        hear();
        return isOpen() ? listener.onFull(bytes, seq, atMs) : [bytes];
      },
      onFragment: (fragment) => {
        if (isOpen()) listener.onFragment(fragment);
      },
      onLook: (look) => {
        if (isOpen()) listener.onLook(look);
      },
      onLine: (line) => {
        lines.line(line);
        copied?.heard(line);
      },
    },
  });
  const watch = new SignalWatch({
    onSilent: () => {
      silent = true;
      options.onSilent(whySilent(profile.input));
    },
    onGiveUp: () => void run.end(),
  });
  const stop = (): void => {
    // A child that waits for its input does not hear us.
    copied?.over({ kind: "gone" });
    void run.child.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const over = run.over.then((end) => {
    watch.stop();
    signal.removeEventListener("abort", stop);
    if (otherSize !== null) {
      options.log.warn({ source: options.id, ...otherSize }, "another size arrives; the source begins anew for it");
    } else if (!silent) options.log.warn({ source: options.id, ...end, broken: run.broken?.message }, "ffmpeg ended");
    const tail = [...(copied?.tail() ?? []), ...run.child.stderrTail()];
    const encoderFailed = copied === null && blamesEncoder(encoder, tail);
    const words = silent ? whySilent(profile.input) : whyEnded(tail, profile.input);
    const isFlawed = copied?.end?.kind === "flawed";
    const because = becauseOf(signal.aborted, otherSize, silent, isFlawed);
    return { because, error: new Error(words), otherSize, encoderFailed };
  });
  return { run, over };
}

function becauseOf(isStopped: boolean, otherSize: ArrivingSize | null, silent: boolean, isFlawed: boolean): string {
  if (isStopped) return "Scopeline was stopped";
  if (otherSize !== null) return "the size of the signal changed";
  if (isFlawed) return "a picture of the encoder's stream was damaged (look at the last ones with care)";
  return silent ? "the signal was lost" : "the video input failed";
}
