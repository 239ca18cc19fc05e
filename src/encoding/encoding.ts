/** The public face of this room: what a capture becomes for a node that does not take it as it is. */
export {
  type ClipRung,
  clipRungs,
  defaultClipRungs,
  defaultStillRungs,
  type LadderStep,
  ladderOf,
  nextRung,
  type OriginalEncoding,
  type Rung,
  type StillRung,
  stillRungs,
} from "./ladder.ts";
