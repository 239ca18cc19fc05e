import type { DeviceInput, DeviceProfile } from "./device-profile.ts";
import { formatOf } from "./picture.ts";

export type NetworkInput = Extract<DeviceInput, { readonly kind: "rtsp" | "srt" | "udp" }>;

/** Whether a network encoder's own stream may become the clips, as far as the profile decides it. */
export type Copyable =
  | {
      readonly kind: "asked";
      readonly input: NetworkInput;
      /** The highest level, in tenths. */
      readonly levelIdc: number;
      /** Code point of H.264 Tables E-3 to E-5. */
      readonly colour: number;
    }
  /** It is asked for and cannot be: why, in words that follow "because". */
  | { readonly kind: "unfit"; readonly because: string }
  | { readonly kind: "not-asked" };

/** SMPTE 170M and BT.709 have the same number in all three tables. */
const colourCodes = { bt601: 6, bt709: 1 } as const;

/** Pure. */
export function copyable(profile: DeviceProfile): Copyable {
  const { input, colour, clip } = profile;
  const isNetwork = input.kind === "rtsp" || input.kind === "srt" || input.kind === "udp";
  if (!isNetwork || input.passThrough !== "when-legal") return { kind: "not-asked" };
  const because = whyNot(profile);
  if (because !== null) return { kind: "unfit", because };
  const levelIdc = Math.round(Number(clip.encoder.level) * 10);
  return { kind: "asked", input, levelIdc, colour: colourCodes[colour.matrix] };
}

function whyNot(profile: DeviceProfile): string | null {
  const { input, colour, clip, crop, deinterlace, stereo } = profile;
  if (formatOf(profile) !== "h264") return "the profile expects another coding than H.264";
  if (clip.encoder.codec !== "libx264") return "the profile makes HEVC";
  if (crop !== undefined || clip.scale !== undefined) return "the profile crops or scales it";
  if (deinterlace !== "none") return "the profile deinterlaces it";
  if (stereo !== undefined) return "the profile marks its two views";
  if (colour.range !== "limited") return "its colour is of full range";
  const tellsLosses = input.kind !== "rtsp" || input.transport === "tcp";
  return tellsLosses ? null : "RTSP over UDP does not tell what is lost. Set transport to tcp in the profile";
}
