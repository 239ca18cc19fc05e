/** The public face of this room: what a capture becomes for a node that does not take it as it is. */

export { type CutClip, cutClip, playingSeconds } from "./cut-clip.ts";
export { EncodingError, type EncodingErrorCode } from "./encoding-error.ts";
export { type FrameOfClip, frameOfClip } from "./frame-of-clip.ts";
export { isStereo, type LadderStep, ladderOf, nextRung, type OriginalEncoding, type Rung } from "./ladder.ts";
export { makeRendition } from "./make-rendition.ts";
export { makePlaybackCopy } from "./playback-copy.ts";
export type {
  ClipMediaFacts,
  MediaFacts,
  RenditionMedia,
  RenditionPart,
  RenditionRequest,
  StillMediaFacts,
} from "./rendition.ts";
export { splitClip } from "./split-clip.ts";
