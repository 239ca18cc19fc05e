import type { DeviceProfile } from "../devices/devices.ts";
import type { Log } from "../lib/log.ts";
import { SignalWatch } from "./doctor/signal-watch.ts";
import { whyEnded, whySilent } from "./doctor/why-ended.ts";
import { type RunListener, SourceRun } from "./source-run.ts";

export interface SourceLifeOptions {
  readonly id: string;
  readonly ffmpegPath: string;
  readonly profile: DeviceProfile;
  readonly epoch: number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly listener: RunListener;
  /** The child lives and gives no picture; the words say what to do. */
  readonly onSilent: (message: string) => void;
}

export interface SourceLife {
  readonly run: SourceRun;
  /** Why the life ended, in words that follow "because"; never rejects. */
  readonly over: Promise<{ readonly because: string; readonly error: Error }>;
}

/** One life of the child: watched for silence, ended with the signal, and why it ended. */
export function beginLife(options: SourceLifeOptions): SourceLife {
  const { ffmpegPath, profile, epoch, listener, signal } = options;
  let silent = false;
  const run = new SourceRun(ffmpegPath, profile, epoch, {
    ...listener,
    onFull: (bytes, seq, atMs) => {
      silent = false;
      watch.frame();
      return listener.onFull(bytes, seq, atMs);
    },
  });
  const watch = new SignalWatch({
    onSilent: () => {
      silent = true;
      options.onSilent(whySilent(profile.input));
    },
    onGiveUp: () => void run.end(),
  });
  const stop = (): void => void run.child.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const over = run.over.then((end) => {
    watch.stop();
    signal.removeEventListener("abort", stop);
    if (!silent) options.log.warn({ source: options.id, ...end, broken: run.broken?.message }, "ffmpeg ended");
    const because = signal.aborted
      ? "Scopeline was stopped"
      : silent
        ? "the signal was lost"
        : "the video input failed";
    const words = silent ? whySilent(profile.input) : whyEnded(run.child.stderrTail(), profile.input);
    return { because, error: new Error(words) };
  });
  return { run, over };
}
