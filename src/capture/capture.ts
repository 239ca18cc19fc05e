export { CaptureError, type CaptureErrorCode } from "./capture-error.ts";
export type {
  CaptureSource,
  ClipEnded,
  FinishedClip,
  FrameRef,
  H264Facts,
  KeepLastRequest,
  KeepStillRequest,
  KeptStill,
  LookBack,
  PreviewFrame,
  SourceStateName,
  SourceStatus,
  StartClipRequest,
  StartedClip,
  VideoFacts,
} from "./capture-types.ts";
export { discardPart, finaliseClip } from "./clip/finalise.ts";
export { readVideo } from "./clip/video-file.ts";
export { runFfmpegJob } from "./ffmpeg-jobs.ts";
export { readStripe } from "./input/frame-stripe.ts";
export { findEncoder } from "./probe-encoder.ts";
export { planRings, type RingPlan } from "./rings/ring-budget.ts";
export { Source, type SourceOptions } from "./source.ts";
export { type StillEncoding, stillEndings } from "./still/still-encoding.ts";
export { type KeptMedia, writePicture, writeThumbnail } from "./still/thumbnail.ts";
export { BoxError, findBox, fullBox, readHeader } from "./streams/box-reader.ts";
export { JpegSplitter } from "./streams/jpeg-splitter.ts";
