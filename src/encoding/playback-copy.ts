import { runFfmpegJob } from "../capture/capture.ts";
import { everyFrame } from "./clip-colour.ts";
import { asEncodingError } from "./encoding-error.ts";
import { type ClipMediaFacts, encodeTimeoutMs } from "./rendition.ts";

export interface PlaybackRequest {
  /** The clip. It is only read. */
  readonly media: string;
  readonly facts: Omit<ClipMediaFacts, "transferSyntaxUid">;
  /** Where the copy goes; a file that is there is replaced. */
  readonly to: string;
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
}

/** Large enough to review by, small enough to be made while somebody waits. */
const [mostWide, mostHigh] = [1280, 720];

/**
 * A clip as H.264 that any browser plays, with every frame at its own time, to look at and nothing else: it is never sent.
 * Throws EncodingError, or the signal's reason; the clip is untouched.
 */
export async function makePlaybackCopy({ media, facts, to, ffmpegPath, signal }: PlaybackRequest): Promise<void> {
  const { fpsNum, fpsDen } = facts;
  const group = String(Math.max(1, Math.floor(fpsNum / fpsDen / 2)));
  const fitted = `scale=w='min(${mostWide},iw)':h='min(${mostHigh},ih)':force_original_aspect_ratio=decrease`;
  try {
    await runFfmpegJob(
      {
        ffmpegPath,
        from: media,
        videoFilter: `${fitted}:force_divisible_by=2:flags=bilinear,format=yuv420p,setsar=1`,
        outputOptions: [
          ...everyFrame,
          ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-maxrate", "8000k", "-bufsize", "8000k"],
          ...["-g", group, "-keyint_min", group, "-bf", "0", "-threads", "2"],
          ...["-f", "mp4", "-movflags", "+faststart", "-use_editlist", "0", "-write_tmcd", "0"],
          ...["-video_track_timescale", String(fpsNum)],
        ],
        to,
        timeoutMs: encodeTimeoutMs({ ...facts, transferSyntaxUid: "" }),
      },
      signal,
    );
  } catch (error) {
    throw asEncodingError(error, signal);
  }
}
