import type { SpsParts } from "../clip/h264-sps.ts";

/** What the clips of a profile are: a stream that is to be kept as it comes is that too. */
export interface WantedStream {
  readonly width: number;
  readonly height: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
  /** Of the highest level that the profile has, in tenths. */
  readonly levelIdc: number;
  /** Code point of H.264 Tables E-3 to E-5 for primaries, transfer and matrix. */
  readonly colour: number;
}

const high = 100;
const unspecified = 2;
const profiles: Readonly<Record<number, string>> = {
  66: "Baseline",
  77: "Main",
  88: "Extended",
  110: "High 10",
  122: "High 4:2:2",
  244: "High 4:4:4",
};

/** Why a stream may not be kept, each in words that follow "because" and say what to set. */
export const unfit = {
  bFrames: "it has B frames. Set the encoder to none",
  order: "its pictures do not come in the order in which they are shown. Set the encoder to no B frames",
  groups: "more than a second lies between two of its key frames. Set the encoder's key frame interval to one second",
  noKey: "no whole key frame came in time. Set the encoder's key frame interval to one second",
  noTimes: "its pictures have no time stamps",
  layers: "it holds more than one plain stream. Switch scalable, 3D and alpha off at the encoder",
  packed: "it says that its pictures hold two views, and the profile does not",
  lossy: "packets of it are lost again and again. Check cable and network, or use RTSP over TCP or SRT",
  decoder: "its pictures could not be numbered for certain",
  flawed: "the decoder finds flaws in it. Check cable and network",
  restless: "it changes its settings again and again",
  broken: "it could not be read as H.264. Set the encoder to that",
} as const;

/** Why a stream with this parameter set may not be kept as it is; null: as far as that says it may. Pure. */
export function unfitSps({ facts }: SpsParts, wanted: WantedStream): string | null {
  const { profileIdc, levelIdc, chromaFormat, bitDepth, interlaced, width, height, colour } = facts;
  if (profileIdc !== high) {
    return `it is H.264 ${profiles[profileIdc] ?? `profile ${profileIdc}`}. Set the encoder's profile to High`;
  }
  if (chromaFormat !== 1 || bitDepth !== 8) return "its colour is not 4:2:0 with 8 bits. Set the encoder to that";
  if (interlaced) return "it is interlaced. Set the encoder to progressive";
  if (width !== wanted.width || height !== wanted.height) {
    return `it is ${width} × ${height} and the profile says ${wanted.width} × ${wanted.height}`;
  }
  if (levelIdc > wanted.levelIdc) {
    const most = (wanted.levelIdc / 10).toFixed(1);
    return `it says level ${(levelIdc / 10).toFixed(1)} and ${most} is allowed. Set the encoder's level to ${most}`;
  }
  const { fullRange = false, primaries = unspecified, transfer = unspecified, matrix = unspecified } = colour ?? {};
  if (fullRange) return "its colour is of full range and the profile says limited. Set the encoder to limited";
  if ([primaries, transfer, matrix].every((code) => code === wanted.colour || code === unspecified)) return null;
  return `it says another colour (${primaries}/${transfer}/${matrix}) than the profile`;
}

/** Whether the parameter set leaves colour out that an archive has to know. */
export function lacksColour({ facts: { colour } }: SpsParts, wanted: WantedStream): boolean {
  return colour === null || [colour.primaries, colour.transfer, colour.matrix].some((code) => code !== wanted.colour);
}

/** Why pictures that come so fast may not be kept at the profile's rate; null: they may. `tolerance`: as of a clip's notice. */
export function unfitRate(fps: number, { fpsNum, fpsDen }: WantedStream): string | null {
  const nominal = fpsNum / fpsDen;
  if (Math.abs(fps / nominal - 1) <= 0.08) return null;
  return `it has ${fps.toFixed(1)} pictures a second and the profile says ${nominal.toFixed(1)}`;
}
