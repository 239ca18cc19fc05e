import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type CardSignal, loadDeviceProfiles, resolveProfile } from "../../devices/devices.ts";
import { cardWords } from "./card-words.ts";

const { profiles } = await loadDeviceProfiles(resolve(import.meta.dirname, "../../../device-profiles"));
const found = profiles.get("hdmi-sdi-v4l2-card");
if (found === undefined) throw new Error("no profile");
const { profile } = resolveProfile(found, { width: 1920, height: 1080, fps: 30 });
const signal = { kind: "signal", width: 1920, height: 1080, fps: 30, interlaced: false } as const;

describe("what a card says of its socket", () => {
  test.each<[CardSignal, RegExp]>([
    [{ kind: "no-signal" }, /no signal.*cable is in/],
    [{ kind: "no-lock" }, /not stable.*plugs/],
    [{ kind: "out-of-range" }, /cannot take.*1920 × 1080, 30 pictures/],
    [{ ...signal, fps: 50 }, /receives 1920 × 1080, 50 pictures a second; the profile expects 1920 × 1080, 30/],
    [{ ...signal, width: 1280, height: 720 }, /receives 1280 × 720/],
    [{ ...signal, fps: 25, interlaced: true }, /25 pictures a second, interlaced;/],
  ])("is told with the cure: %j", (card, words) => {
    expect(cardWords(card, profile)).toMatch(words);
  });

  test.each<CardSignal>([
    signal,
    { ...signal, fps: 29.97 },
    { ...signal, fps: 60 },
    { ...signal, fps: null },
    { kind: "not-told" },
    { kind: "unknown" },
  ])("is no fault: %j", (card) => {
    expect(cardWords(card, profile)).toBeNull();
  });
});
