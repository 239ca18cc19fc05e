import { transferSyntaxes } from "./transfer-syntaxes.ts";

/** What the sequence parameter set of an HEVC stream says (ITU-T H.265 7.3.3); sizes as in `H264Stream`. */
export interface HevcStream extends Pick<H264Stream, "width" | "height" | "frameRate" | "chromaFormat" | "bitDepth"> {
  readonly codec: "hevc";
  /** general_profile_idc: 1 is Main, 2 Main 10. */
  readonly profileIdc: number;
  readonly highTier: boolean;
  /** general_level_idc: 153 is level 5.1. */
  readonly levelIdc: number;
  readonly interlaced: boolean;
}

/** What the sequence parameter set of a stream says; sizes in luma samples, frames (not fields) per second. */
export interface H264Stream {
  readonly codec: "h264";
  /** profile_idc: 100 is High. */
  readonly profileIdc: number;
  /** The byte after profile_idc: constraint_set0_flag is its top bit. */
  readonly constraintFlags: number;
  /** level_idc: 41 is level 4.1. */
  readonly levelIdc: number;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly chromaFormat: "4:0:0" | "4:2:0" | "4:2:2" | "4:4:4";
  readonly bitDepth: number;
  readonly interlaced: boolean;
  /** Two views in each frame, as the stream's own frame packing SEI message says; absent: one view. */
  readonly framePacking?: { readonly packing: "side-by-side" | "top-bottom" | "other" } | undefined;
}

interface Limits {
  readonly uid: string;
  readonly levelIdc: number;
  readonly macroblocksPerFrame: number;
  readonly macroblocksPerSecond: number;
}

/** ITU-T H.264 Table A-1. */
const level41: Limits = {
  uid: transferSyntaxes.h264HighLevel41,
  levelIdc: 41,
  macroblocksPerFrame: 8192,
  macroblocksPerSecond: 245_760,
};
const level42: Limits = {
  uid: transferSyntaxes.h264HighLevel42,
  levelIdc: 42,
  macroblocksPerFrame: 8704,
  macroblocksPerSecond: 522_240,
};

type Chosen = { readonly uid: string } | { readonly refused: string };

/**
 * The transfer syntax a stream may be labelled with, by what it really is: `.102` within H.264 High@4.1, `.104` within
 * High@4.2, `.105` within High@4.2 where it packs stereo pairs (PS3.5 8.2.7, 8.2.8); `.107` within HEVC Main@5.1 and `.108`
 * within Main 10@5.1, Main tier (PS3.5 8.2.10, 8.2.11); else refused. A claim that does not fit the stream itself counts
 * for nothing.
 */
export function chooseVideoTransferSyntax(stream: H264Stream | HevcStream): Chosen {
  const numbers = [stream.levelIdc, stream.width, stream.height, stream.frameRate];
  const saysAll = numbers.every((one) => Number.isFinite(one) && one > 0);
  const profile = stream.codec === "hevc" ? undefined : refusedProfile(stream);
  if (profile !== undefined) return { refused: profile };
  if (!saysAll) return { refused: "the stream does not say its level, size and frame rate" };
  if (stream.codec === "hevc") return hevcSyntax(stream);
  if (stream.framePacking !== undefined) return stereoSyntax(stream, stream.framePacking.packing);
  if (within(stream, level41)) return { uid: level41.uid };
  // Levels from 4.2 on are for frames only (H.264 Table A-4, frame_mbs_only_flag).
  if (stream.interlaced) return { refused: "interlaced video above High@4.1: deinterlace it" };
  if (within(stream, level42)) return { uid: level42.uid };
  return { refused: tooLarge(stream) };
}

/** ITU-T H.265 Table A.8 and A.4.1, level 5.1. */
const hevcLevel51 = { levelIdc: 153, samplesPerPicture: 8_912_896, samplesPerSecond: 534_773_760 };

function hevcSyntax(stream: HevcStream): Chosen {
  const { profileIdc, bitDepth, chromaFormat, width, height, frameRate } = stream;
  const isMain = profileIdc === 1 && bitDepth === 8;
  if (!isMain && !(profileIdc === 2 && bitDepth === 10)) {
    return { refused: `the stream is HEVC of profile ${profileIdc} with ${bitDepth} bits, neither Main nor Main 10` };
  }
  if (chromaFormat !== "4:2:0") return { refused: `colour is sampled ${chromaFormat}, not 4:2:0: record yuv420p` };
  if (stream.highTier) return { refused: "the stream is of HEVC's High tier, not Main: record at most 40 Mbit/s" };
  if (stream.interlaced) return { refused: "interlaced HEVC: deinterlace it" };
  const { levelIdc, samplesPerPicture, samplesPerSecond } = hevcLevel51;
  const longest = Math.floor(Math.sqrt(8 * samplesPerPicture));
  const isWithin =
    stream.levelIdc <= levelIdc &&
    width * height <= samplesPerPicture &&
    Math.max(width, height) <= longest &&
    width * height * frameRate <= samplesPerSecond;
  if (isWithin) return { uid: isMain ? transferSyntaxes.hevcMainLevel51 : transferSyntaxes.hevcMain10Level51 };
  return {
    refused:
      `${width}×${height} at ${frameRate} frames a second, level ${stream.levelIdc / 30}, ` +
      "is above HEVC level 5.1: record a smaller picture or fewer frames a second",
  };
}

/** One syntax for all packed pairs; level 4.1 is within it. */
function stereoSyntax(stream: H264Stream, packing: "side-by-side" | "top-bottom" | "other"): Chosen {
  if (packing === "other") return { refused: "its stereo views are neither side by side nor top and bottom" };
  if (stream.interlaced) return { refused: "interlaced stereo video: deinterlace it" };
  return within(stream, level42) ? { uid: transferSyntaxes.h264HighLevel42Stereo } : { refused: tooLarge(stream) };
}

function tooLarge(stream: H264Stream): string {
  return (
    `${stream.width}×${stream.height} at ${stream.frameRate} frames a second, level ${stream.levelIdc / 10}, ` +
    "is above H.264 level 4.2: record a smaller picture or fewer frames a second"
  );
}

function refusedProfile(stream: H264Stream): string | undefined {
  if (stream.profileIdc !== 100) return `the stream is ${profileName(stream)}, not H.264 High: set x264 8x8dct=1`;
  if (stream.chromaFormat !== "4:2:0") return `colour is sampled ${stream.chromaFormat}, not 4:2:0: record yuv420p`;
  if (stream.bitDepth !== 8) return `samples have ${stream.bitDepth} bits, not 8: record yuv420p`;
  return undefined;
}

function profileName({ profileIdc, constraintFlags }: H264Stream): string {
  const constrained = (constraintFlags & 0x40) !== 0;
  if (profileIdc === 66) return constrained ? "Constrained Baseline" : "Baseline";
  const names: Record<number, string> = {
    77: "Main",
    88: "Extended",
    110: "High 10",
    122: "High 4:2:2",
    244: "High 4:4:4",
  };
  return names[profileIdc] ?? `profile ${profileIdc}`;
}

function within(stream: H264Stream, limits: Limits): boolean {
  const across = Math.ceil(stream.width / 16);
  // A field pair is coded in units of 32 lines (frame_mbs_only_flag 0).
  const down = stream.interlaced ? 2 * Math.ceil(stream.height / 32) : Math.ceil(stream.height / 16);
  const longest = Math.floor(Math.sqrt(8 * limits.macroblocksPerFrame));
  return (
    stream.levelIdc <= limits.levelIdc &&
    across * down <= limits.macroblocksPerFrame &&
    across <= longest &&
    down <= longest &&
    across * down * stream.frameRate <= limits.macroblocksPerSecond
  );
}
