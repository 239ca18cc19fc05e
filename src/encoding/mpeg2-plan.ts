import { transferSyntaxes } from "../dicom/dicom.ts";
import { EncodingError } from "./encoding-error.ts";
import type { FrameRange } from "./plan-parts.ts";

export interface Rate {
  readonly fpsNum: number;
  readonly fpsDen: number;
}

/** How a picture becomes legal MPEG-2 video in DICOM. */
export interface Mpeg2Plan {
  readonly transferSyntaxUid: string;
  /** The raster, always square pixels. */
  readonly columns: number;
  readonly rows: number;
  /** The picture's size in the raster; what is around it is black. */
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  readonly rate: Rate;
  /** Every how many frames one is kept; null: the rate is another, so that frames are repeated or left out. */
  readonly keepEvery: number | null;
  readonly bitsPerSecond: number;
  /** Of the decoder's buffer (ISO/IEC 13818-2 Table 8-14). */
  readonly bufferBits: number;
}

interface Raster {
  readonly transferSyntaxUid: string;
  readonly columns: number;
  readonly rows: number;
  readonly rates: readonly Rate[];
  readonly bitsPerSecond: number;
  readonly bufferBits: number;
}

const rate = (fpsNum: number, fpsDen = 1): Rate => ({ fpsNum, fpsDen });
const upTo30 = [rate(25), rate(30_000, 1001), rate(30)];
const upTo60 = [...upTo30, rate(50), rate(60_000, 1001), rate(60)];
const main = { transferSyntaxUid: transferSyntaxes.mpeg2MainLevel, bitsPerSecond: 9_000_000, bufferBits: 1_835_008 };
const high = { transferSyntaxUid: transferSyntaxes.mpeg2HighLevel, bitsPerSecond: 25_000_000, bufferBits: 9_781_248 };

/** PS3.5 Table 8-1 (Main Level, largest size of each rate) and Tables 8-2, 8-3 (High Level, the only two sizes). */
const pal: Raster = { ...main, columns: 720, rows: 576, rates: [rate(25)] };
const ntsc: Raster = { ...main, columns: 720, rows: 480, rates: [rate(30_000, 1001), rate(30)] };
const hd720: Raster = { ...high, columns: 1280, rows: 720, rates: upTo60 };
const hd1080: Raster = { ...high, columns: 1920, rows: 1080, rates: upTo30 };

/**
 * The legal size and rate nearest to a picture's own (PS3.5 8.2.5, 8.2.6). `accepted` are the transfer syntaxes the node
 * takes: Main Level is for what is small enough, or for a node that takes nothing else. A picture is never enlarged or
 * stretched: what it does not fill is black.
 */
export function planMpeg2(
  picture: Rate & { readonly width: number; readonly height: number },
  accepted: readonly string[] = [main.transferSyntaxUid, high.transferSyntaxUid],
): Mpeg2Plan {
  const { width, height } = picture;
  const isSmall = width <= pal.columns && height <= pal.rows;
  const wanted = isSmall ? [main, high] : [high, main];
  const level = wanted.find(({ transferSyntaxUid }) => accepted.includes(transferSyntaxUid));
  if (level === undefined) throw new EncodingError("wrong-kind", "The archive takes no MPEG-2 video.");
  const raster = level === main ? standardRaster(picture) : width <= 1280 && height <= 720 ? hd720 : hd1080;
  const target = rateFor(picture, raster.rates);
  const scale = Math.min(1, raster.columns / width, raster.rows / height);
  return {
    transferSyntaxUid: raster.transferSyntaxUid,
    columns: raster.columns,
    rows: raster.rows,
    pictureWidth: even(width * scale),
    pictureHeight: even(height * scale),
    ...target,
    bitsPerSecond: raster.bitsPerSecond,
    bufferBits: raster.bufferBits,
  };
}

const perSecond = ({ fpsNum, fpsDen }: Rate): number => fpsNum / fpsDen;
const even = (value: number): number => 2 * Math.max(1, Math.floor(value / 2 + 1e-9));

/** 625 lines for 25 frames a second and what divides into it, 525 lines for the rest. */
function standardRaster(picture: Rate): Raster {
  return perSecond(picture) <= 25 || perSecond(picture) === 50 ? pal : ntsc;
}

/** The same rate; else the one that keeps every second frame; else the next higher, or the highest. */
function rateFor(from: Rate, legal: readonly Rate[]): Pick<Mpeg2Plan, "rate" | "keepEvery"> {
  for (const keepEvery of [1, 2]) {
    const exact = legal.find((one) => from.fpsNum * one.fpsDen === keepEvery * one.fpsNum * from.fpsDen);
    if (exact !== undefined) return { rate: exact, keepEvery };
  }
  const next = legal.find((one) => perSecond(one) >= perSecond(from)) ?? legal.at(-1) ?? from;
  return { rate: next, keepEvery: null };
}

/** Frames from one I picture to the next; each part begins with one. */
export const mpeg2GroupFrames = 12;

/** Frames that leave the encoder for so many that go in; an estimate to within a frame where the rate changes. */
export function framesOut(plan: Mpeg2Plan, framesIn: number, from: Rate): number {
  if (plan.keepEvery !== null) return Math.ceil(framesIn / plan.keepEvery);
  return Math.ceil((framesIn * perSecond(plan.rate)) / perSecond(from));
}

/** Which frames go into which part, so that each stays within the limit even where the encoder uses its whole bit rate. */
export function mpeg2Parts(plan: Mpeg2Plan, frames: number, limitBytes: number): readonly FrameRange[] {
  const seconds = (limitBytes * 8 * 0.95 - plan.bufferBits) / plan.bitsPerSecond;
  const framesPerPart = Math.floor((seconds * perSecond(plan.rate)) / mpeg2GroupFrames) * mpeg2GroupFrames;
  if (framesPerPart < mpeg2GroupFrames) {
    throw new EncodingError(
      "too-large",
      "The archive's limit is too small for MPEG-2 video. Raise the node's maxInstanceBytes.",
    );
  }
  return Array.from({ length: Math.ceil(frames / framesPerPart) }, (_, at) => ({
    from: at * framesPerPart,
    to: Math.min((at + 1) * framesPerPart, frames),
  }));
}
