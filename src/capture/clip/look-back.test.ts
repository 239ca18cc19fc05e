import { describe, expect, test } from "vitest";
import type { DeviceProfile } from "../../devices/devices.ts";
import { LookBackFloors, preRollLimits, shorterLookBack } from "./look-back.ts";

/** 25 frames a second, a key frame each second. */
const profile: DeviceProfile = {
  ...{ $schema: "./device-profile.schema.json", id: "x", manufacturer: "M", model: "N", modality: "GM", assumed: [] },
  ...{ deinterlace: "none", detector: "digital", colour: { matrix: "bt709", range: "limited" } },
  sopClasses: { still: "vlMicroscopic", clip: "videoMicroscopic" },
  input: {
    ...{ kind: "simulated", width: 640, height: 360, fps: { num: 25, den: 1 }, pixelFormat: "yuv420p" },
    ...{ options: {}, settable: [] },
  },
  clip: {
    encoder: { codec: "libx264", preset: "ultrafast", crf: 20, maxBitrateKbps: 20_000, gopSeconds: 1, level: "4.1" },
  },
  still: { encoding: "jpeg", quantiser: 2 },
};

describe("the ring that a clip may begin in", () => {
  test("holds two minutes at the encoder's highest rate, and the group of pictures that the first one needs", () => {
    const { frames, bytes } = preRollLimits(profile, 120);
    expect(frames).toBeGreaterThanOrEqual(120 * 25);
    expect(bytes).toBeGreaterThan((120 + 1) * 20_000_000 * (1 / 8));
    expect(bytes).toBeLessThan(350_000_000);
  });

  test("still holds the frame of a press where no look back is wanted", () => {
    expect(preRollLimits(profile, 0).frames).toBeGreaterThanOrEqual(25);
    expect(preRollLimits(profile, 0).bytes).toBeGreaterThanOrEqual(16_000_000);
  });
});

describe("a look back that is shorter than asked", () => {
  const none = { patientSeq: 0, forgottenSeq: -1 };
  const asked = { pressedSeq: 1000, lookBackMs: 20_000 };

  test("is none where it reaches as far as asked, or nothing was asked", () => {
    expect(shorterLookBack(profile, asked, 500, none)).toBeNull();
    expect(shorterLookBack(profile, asked, 475, none)).toBeNull();
    expect(shorterLookBack(profile, { pressedSeq: 1000, lookBackMs: 0 }, 990, none)).toBeNull();
  });

  test("says by how much, and why", () => {
    const told = (firstSeq: number, floor = none): string | null => shorterLookBack(profile, asked, firstSeq, floor);
    expect(told(700)).toBe("The look back is only 12 s instead of 20 s: no more is remembered.");
    expect(told(900, { patientSeq: 890, forgottenSeq: -1 })).toMatch(/4\.0 s.*this procedure began then/);
    expect(told(900, { patientSeq: 0, forgottenSeq: 890 })).toMatch(/forgotten with its procedure/);
    expect(told(900, { patientSeq: 885, forgottenSeq: 890 })).toMatch(/forgotten with its procedure/);
    expect(told(900, { patientSeq: 100, forgottenSeq: 50 })).toMatch(/no more is remembered/);
    const young = { pressedSeq: 60, lookBackMs: 20_000 };
    expect(shorterLookBack(profile, young, 0, none)).toMatch(/2\.4 s.*the picture is there only since then/);
  });
});

test("what began or was forgotten in one start of the input says nothing of the next", () => {
  const floors = new LookBackFloors();
  expect(floors.of(1)).toEqual({ patientSeq: 0, forgottenSeq: -1 });
  floors.limit({ epoch: 1, seq: 40 });
  floors.forget({ epoch: 1, seq: 30 });
  expect(floors.of(1)).toEqual({ patientSeq: 40, forgottenSeq: 30 });
  expect(floors.of(2)).toEqual({ patientSeq: 0, forgottenSeq: -1 });
});

test("what is still remembered of a start of the input before lies behind a patient who began in the next one", () => {
  const floors = new LookBackFloors();
  floors.limit({ epoch: 2, seq: 3 });
  floors.forget({ epoch: 2, seq: 3 });
  expect(floors.of(1)).toEqual({ patientSeq: Number.POSITIVE_INFINITY, forgottenSeq: Number.POSITIVE_INFINITY });
});
