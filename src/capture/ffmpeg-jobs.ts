/** Jobs on files through fluent-ffmpeg: this is the only file that knows it (docs/decisions: archived upstream). */
import fluent from "fluent-ffmpeg";

const jobTimeoutSeconds = 600;

/** Rewrites a clip as plain MP4 with its index first, without touching the pictures. */
export function remux(ffmpegPath: string, from: string, to: string): Promise<void> {
  const output = ["-map 0:v:0", "-c copy", "-movflags +faststart", "-use_editlist 0", "-write_tmcd 0", "-f mp4", "-y"];
  return run(job(ffmpegPath, from).outputOptions(output).output(to));
}

/** One picture of a file, at most `maxWidth` wide, as a JPEG file. */
export function pictureOf(ffmpegPath: string, from: string, to: string, maxWidth: number): Promise<void> {
  const scale = `scale='min(${maxWidth},iw)':-2:out_color_matrix=bt601:out_range=full,format=yuvj420p`;
  const output = ["-frames:v 1", "-c:v mjpeg", "-q:v 4", "-threads 1", "-f mjpeg", "-y"];
  return run(job(ffmpegPath, from).videoFilters(scale).outputOptions(output).output(to));
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
