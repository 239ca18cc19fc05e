import type { Capture } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { showDecimal } from "../lib/amounts.ts";

type Remarked = Pick<Capture, "frameExact" | "frameDistance" | "lostFrames" | "rescuedMissingMs" | "notice">;

/** How a capture is not what was asked for, in words, the weightiest first; empty when it is. */
export function remarksOf({ frameExact, frameDistance, lostFrames, rescuedMissingMs, notice }: Remarked): string[] {
  const remarks: string[] = [];
  // The picture itself, but recorded before: the box says so in its own words.
  const isRecorded = frameDistance === 0 && notice !== null;
  if (!frameExact && !isRecorded) remarks.push(distanceWords(frameDistance));
  if (lostFrames !== null && lostFrames > 0) remarks.push(t("captures.lost", { count: lostFrames }));
  if (rescuedMissingMs !== null) remarks.push(t("captures.rescued", { seconds: showDecimal(rescuedMissingMs / 1000) }));
  if (notice !== null) remarks.push(notice);
  return remarks;
}

function distanceWords(frames: number | null): string {
  if (frames === null || frames === 0) return t("captures.otherFrame");
  return frames > 0 ? t("captures.later", { count: frames }) : t("captures.earlier", { count: -frames });
}
