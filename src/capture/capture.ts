export { CaptureError, type CaptureErrorCode } from "./capture-error.ts";
export {
  type CaptureSource,
  type ClipEnded,
  type FinishedClip,
  type FrameRef,
  type H264Facts,
  type KeepLastRequest,
  type KeepStillRequest,
  type KeptStill,
  type PreviewFrame,
  previewFlags,
  type SourceStateName,
  type SourceStatus,
  type StartClipRequest,
  type StartedClip,
} from "./capture-types.ts";
export { discardPart, finaliseClip } from "./clip/finalise.ts";
export { runFfmpegJob } from "./ffmpeg-jobs.ts";
export { readStripe } from "./input/frame-stripe.ts";
export { Source, type SourceOptions } from "./source.ts";
export { writeThumbnail } from "./still/thumbnail.ts";
export { BoxError, findBox, fullBox, readHeader } from "./streams/box-reader.ts";
export { JpegSplitter } from "./streams/jpeg-splitter.ts";
