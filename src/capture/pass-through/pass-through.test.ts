import { resolve } from "node:path";
import { expect, test } from "vitest";
import { type DeviceProfile, loadDeviceProfiles } from "../../devices/devices.ts";
import { silentLog } from "../../lib/log.ts";
import type { CopiedEnd } from "./copied-stream.ts";
import { passThroughOf } from "./pass-through.ts";

const { profiles } = await loadDeviceProfiles(resolve(import.meta.dirname, "../../../device-profiles"));
const of = (id: string, more: Partial<DeviceProfile> = {}) => {
  const profile = profiles.get(id);
  if (profile === undefined) throw new Error(`no profile ${id}`);
  return passThroughOf({ id: "a", ffmpegPath: "ffmpeg", profile: { ...profile, ...more }, log: silentLog });
};

test("only a network encoder's stream that somebody asked for is told of, with what the profile has against it", () => {
  expect(of("looped-file")).toEqual({ passThrough: null, status: null });
  const cropped = of("network-srt", { crop: { x: 0, y: 0, width: 1280, height: 720 } });
  expect(cropped.passThrough).toBeNull();
  expect(cropped.status).toEqual({
    ...{ copied: false, because: "The encoder's video is encoded again: the profile crops or scales it." },
  });
  expect(of("network-srt").passThrough?.status).toEqual({ copied: false, because: null });
});

test.each<[string, CopiedEnd, number, RegExp]>([
  ["is no legal clip", { kind: "unfit", because: "it has B frames" }, 0, /encoded again: it has B frames\./],
  ["has numbers that are not certain", { kind: "unnumbered", because: "x" }, 1, /could not be numbered for certain/],
  ["has flaws for the decoder", { kind: "flawed", because: "x" }, 1, /finds flaws in it. Check cable and network/],
  ["has other settings", { kind: "changed" }, 3, /changes its settings again and again/],
])(
  "a stream that %s begins anew at once, and is encoded again where that does not help",
  (_what, end, borne, words) => {
    const { passThrough } = of("network-srt");
    for (let life = 0; life < borne; life += 1) {
      expect(passThrough?.over(end)).toBe(true);
      expect(passThrough?.status.because).toBeNull();
    }
    expect(passThrough?.over(end)).toBe(true);
    expect(passThrough?.status).toEqual({ copied: false, because: expect.stringMatching(words) });
    // What comes in another size is another stream.
    passThrough?.forget();
    expect(passThrough?.status.because).toBeNull();
  },
);

test("a stream that is gone is a failure like any other", () => {
  const { passThrough } = of("network-srt");
  for (let life = 0; life < 10; life += 1)
    expect([passThrough?.over({ kind: "gone" }), passThrough?.over(null)]).toEqual([false, false]);
  expect(passThrough?.status.because).toBeNull();
});

test("a decoder that never shows anything of what it is given is not given it a third time", () => {
  const { passThrough } = of("network-srt");
  expect(passThrough?.over(null, true)).toBe(false);
  expect(passThrough?.status.because).toBeNull();
  expect(passThrough?.over({ kind: "gone" }, true)).toBe(false);
  expect(passThrough?.status.because).toMatch(/could not be numbered for certain/);
});
