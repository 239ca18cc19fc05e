/** Jobs on files through fluent-ffmpeg: this is the only file that knows it (docs/decisions: archived upstream). */
import fluent from "fluent-ffmpeg";

const jobTimeoutSeconds = 600;
/** No live picture waits for a job that may wait itself. */
const niceness = 10;

/** Rewrites a clip as plain MP4 with its index first, without touching the pictures; behind all that is live. */
export function remux(ffmpegPath: string, from: string, to: string): Promise<void> {
  const output = ["-map 0:v:0", "-c copy", "-movflags +faststart", "-use_editlist 0", "-write_tmcd 0", "-f mp4", "-y"];
  const command = fluent({ source: from, timeout: jobTimeoutSeconds, niceness }).setFfmpegPath(ffmpegPath);
  return run(command.outputOptions(output).output(to));
}

/** A picture of a file, as a JPEG file. */
export interface PictureJob {
  readonly from: string;
  /** Where the file is nothing but RGB pixels: their size. */
  readonly rawSize?: { readonly width: number; readonly height: number } | undefined;
  readonly to: string;
  /** Absent: as wide as it is. */
  readonly maxWidth?: number;
  /** 1 is best. */
  readonly quantiser: number;
}

/** One picture of a file as a JPEG file. Rejects with ffmpeg's last words. */
export function pictureOf(ffmpegPath: string, { from, rawSize, to, maxWidth, quantiser }: PictureJob): Promise<void> {
  const width = maxWidth === undefined ? "iw" : `'min(${maxWidth},iw)'`;
  const scale = `scale=${width}:${maxWidth === undefined ? "ih" : "-2"}:out_color_matrix=bt601:out_range=full`;
  const output = ["-frames:v 1", "-c:v mjpeg", `-q:v ${quantiser}`, "-threads 1", "-f mjpeg", "-y"];
  const command = job(ffmpegPath, from);
  if (rawSize !== undefined) {
    command.inputOptions(["-f rawvideo", "-pixel_format rgb24", `-video_size ${rawSize.width}x${rawSize.height}`]);
  }
  return run(command.videoFilters(`${scale},format=yuvj420p`).outputOptions(output).output(to));
}

/** One run of ffmpeg from file to file. */
export interface FfmpegJob {
  readonly ffmpegPath: string;
  readonly from: string;
  readonly inputOptions?: readonly string[];
  /** A chain for the one video stream; absent where it is copied. */
  readonly videoFilter?: string;
  readonly outputOptions: readonly string[];
  /** A file, or a pattern where the format makes several. */
  readonly to: string;
  /** When the run counts as hanging and is killed. */
  readonly timeoutMs: number;
}

/**
 * Runs it behind everything else on the box (nice 10), so that no live picture waits for it. Rejects with ffmpeg's last
 * words, or with the signal's reason once ffmpeg is told to go; what was written is the caller's to remove.
 */
export function runFfmpegJob(asked: FfmpegJob, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { ffmpegPath, from, to, timeoutMs, inputOptions = [], outputOptions, videoFilter } = asked;
  const command = fluent({ source: from, timeout: Math.ceil(timeoutMs / 1000), niceness }).setFfmpegPath(ffmpegPath);
  if (inputOptions.length > 0) command.inputOptions([...inputOptions]);
  if (videoFilter !== undefined) command.outputOptions(["-vf", videoFilter]);
  command.outputOptions(["-map", "0:v:0", ...outputOptions, "-y"]).output(to);
  const stop = (): void => void command.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  // fluent-ffmpeg asks ffmpeg what it can do before it starts it: a stop in that time would find nothing to stop.
  command.on("start", () => {
    if (signal.aborted) stop();
  });
  return run(command).finally(() => {
    signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
  });
}

function job(ffmpegPath: string, from: string): fluent.FfmpegCommand {
  return fluent({ source: from, timeout: jobTimeoutSeconds }).setFfmpegPath(ffmpegPath);
}

function run(command: fluent.FfmpegCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    let lines = "";
    command
      .on("stderr", (line: string) => {
        lines = `${lines}\n${line}`.slice(-2000);
      })
      // Without this listener an error would end the process.
      .on("error", (error: Error) => reject(new Error(`${error.message}${lines}`)))
      .on("end", () => resolve())
      .run();
  });
}
