import { chooseVideoTransferSyntax, transferSyntaxes } from "../dicom/dicom.ts";
import type { ClipMediaFacts } from "./rendition.ts";

/** How a picture becomes H.264 that DICOM takes. */
export interface H264Plan {
  readonly level: 41 | 42;
  readonly width: number;
  readonly height: number;
}

type Picture = Pick<ClipMediaFacts, "width" | "height" | "fpsNum" | "fpsDen">;

/** The largest picture of either level that players and archives expect. */
const [longest, shortest] = [1920, 1080];

/**
 * Every frame, at the picture's own size where a level allows it, else scaled down until one does: level 4.1 wherever the
 * node takes `.102`, level 4.2 where more is needed and the node takes `.104` (PS3.5 8.2.7, 8.2.8). Sizes are even.
 */
export function planH264(picture: Picture, takes: readonly string[] = bothLevels): H264Plan {
  const levels = ([41, 42] as const).filter((level) => takes.includes(syntaxOf[level]));
  const { width, height } = picture;
  const asIs = levels.find((level) => isWithin(picture, level));
  if (asIs !== undefined) return { level: asIs, width, height };
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const most = Math.min(1, longest / long, shortest / short);
  for (let scale = most; scale > 0; scale -= 1 / long) {
    const smaller = { ...picture, width: even(width * scale), height: even(height * scale) };
    const level = levels.find((one) => isWithin(smaller, one));
    if (level !== undefined) return { level, width: smaller.width, height: smaller.height };
  }
  return { level: 41, width, height };
}

const syntaxOf = { 41: transferSyntaxes.h264HighLevel41, 42: transferSyntaxes.h264HighLevel42 } as const;
const bothLevels: readonly string[] = Object.values(syntaxOf);

const even = (value: number): number => 2 * Math.max(8, Math.floor(value / 2 + 1e-9));

function isWithin({ width, height, fpsNum, fpsDen }: Picture, level: 41 | 42): boolean {
  const stream = { codec: "h264", profileIdc: 100, constraintFlags: 0, chromaFormat: "4:2:0", bitDepth: 8 } as const;
  const frameRate = fpsNum / fpsDen;
  const size = { width, height, frameRate, interlaced: false };
  const chosen = chooseVideoTransferSyntax({ ...stream, ...size, levelIdc: level });
  return "uid" in chosen && chosen.uid === syntaxOf[level];
}
