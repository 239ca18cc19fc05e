export { BoxError, findBox, fullBox, readHeader } from "./box-reader.ts";
export { CaptureError, type CaptureErrorCode } from "./capture-error.ts";
export {
  type CaptureSource,
  type ClipEnded,
  type FinishedClip,
  type FrameRef,
  type H264Facts,
  type KeepStillRequest,
  type KeptStill,
  type PreviewFrame,
  previewFlags,
  type SourceStateName,
  type SourceStatus,
  type StartClipRequest,
  type StartedClip,
} from "./capture-types.ts";
export { runFfmpegJob } from "./ffmpeg-jobs.ts";
export { discardPart, finaliseClip } from "./finalise.ts";
export { readStripe } from "./frame-stripe.ts";
export { JpegSplitter } from "./jpeg-splitter.ts";
export { Source, type SourceOptions } from "./source.ts";
export { writeThumbnail } from "./thumbnail.ts";
