import type { Capture } from "../../src/api/schemas.ts";
import { words } from "../words.ts";

type Remarked = Pick<Capture, "frameExact" | "frameDistance" | "lostFrames" | "rescuedMissingMs" | "notice">;

/** How a capture is not what was asked for, in words, the weightiest first; empty when it is. */
export function remarksOf({ frameExact, frameDistance, lostFrames, rescuedMissingMs, notice }: Remarked): string[] {
  const remarks: string[] = [];
  // The picture itself, but recorded before: the box says so in its own words.
  const isRecorded = frameDistance === 0 && notice !== null;
  if (!frameExact && !isRecorded) remarks.push(distanceWords(frameDistance));
  if (lostFrames !== null && lostFrames > 0) remarks.push(words.remarks.lost(lostFrames));
  if (rescuedMissingMs !== null) remarks.push(words.remarks.rescued((rescuedMissingMs / 1000).toFixed(1)));
  if (notice !== null) remarks.push(notice);
  return remarks;
}

function distanceWords(frames: number | null): string {
  if (frames === null || frames === 0) return words.otherFrame;
  return frames > 0 ? words.remarks.later(frames) : words.remarks.earlier(-frames);
}
