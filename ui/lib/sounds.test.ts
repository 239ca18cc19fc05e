import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { muteSounds, sound } from "./sounds.ts";

const tone = { type: "", frequency: { value: 0 }, connect: () => tone, start: vi.fn(), stop: vi.fn() };
const gain = {
  gain: { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} },
  connect: () => {},
};

beforeEach(() => {
  tone.start.mockClear();
  vi.stubGlobal(
    "AudioContext",
    class {
      currentTime = 0;
      destination = {};
      resume = async () => {};
      createGain = () => gain;
      createOscillator = () => tone;
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("a screen is silent while the box plays, and sounds again when it does not", () => {
  muteSounds(true);
  sound("failed");
  expect(tone.start).not.toHaveBeenCalled();
  muteSounds(false);
  sound("saved");
  sound("failed");
  expect(tone.start).toHaveBeenCalledTimes(3);
});
