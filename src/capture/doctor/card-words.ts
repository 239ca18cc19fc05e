import type { CardSignal, DeviceProfile } from "../../devices/devices.ts";
import { modeWords } from "./words.ts";

/** A rate that far off is another mode. */
const otherMode = 0.02;

/** What is wrong at the socket of a video card and the cure, in words; null: nothing is, or it is not known. Pure. */
export function cardWords(card: CardSignal | null, profile: DeviceProfile): string | null {
  switch (card?.kind) {
    case "no-signal":
      return "The video card receives no signal. Check that the microscope is on and the video cable is in.";
    case "no-lock":
      return "The video card receives a signal that is not stable. Check both plugs of the video cable; a long cable may need a better one.";
    case "out-of-range":
      return `The video card receives a signal that it cannot take. Set the output of the microscope to ${expectedWords(profile)}.`;
    case "signal":
      return otherModeWords(card, profile);
    case "not-told":
    case "unknown":
    case undefined:
      return null;
    default:
      return card satisfies never;
  }
}

function otherModeWords(card: CardSignal & { kind: "signal" }, profile: DeviceProfile): string | null {
  const { width, height } = profile.input;
  if (card.width === width && card.height === height && !isOtherRate(card.fps, profile)) return null;
  const arrives = `${modeWords(card, card.fps)}${card.interlaced ? ", interlaced" : ""}`;
  return `The card receives ${arrives}; the profile expects ${expectedWords(profile)}. Set the output of the microscope, or have the profile changed.`;
}

/** Half of the pictures, or a third, is what a card can be told to leave out. */
function isOtherRate(fps: number | null, profile: DeviceProfile): boolean {
  if (fps === null) return false;
  const { fps: expected } = profile.input;
  const times = (fps * expected.den) / expected.num;
  return Math.abs(times / Math.max(1, Math.round(times)) - 1) > otherMode;
}

function expectedWords(profile: DeviceProfile): string {
  const { width, height, fps } = profile.input;
  return modeWords({ width, height }, fps.num / fps.den);
}
