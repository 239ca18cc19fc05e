import { describe, expect, test } from "vitest";
import type { DeviceProfile } from "../../devices/devices.ts";
import { planAlone, planRings, type RingNeed } from "./ring-budget.ts";

function need(
  width: number,
  height: number,
  fps: number,
  pixelFormat: DeviceProfile["input"]["pixelFormat"],
): RingNeed {
  const profile: DeviceProfile = {
    ...{ $schema: "./device-profile.schema.json", id: "x", manufacturer: "M", model: "N", modality: "GM", assumed: [] },
    ...{ deinterlace: "none", detector: "digital", colour: { matrix: "bt709", range: "limited" } },
    sopClasses: { still: "vlMicroscopic", clip: "videoMicroscopic" },
    input: { kind: "simulated", width, height, fps: { num: fps, den: 1 }, pixelFormat, options: {}, settable: [] },
    clip: {
      encoder: { codec: "libx264", preset: "ultrafast", crf: 20, maxBitrateKbps: 12_000, gopSeconds: 1, level: "4.1" },
    },
    still: { encoding: "jpeg", quantiser: 2 },
  };
  return { profile, preRollSeconds: 30, lookBackSeconds: 10 };
}

const gigabyte = 1_000_000_000;
const limits = { bytes: 2 * gigabyte, bytesPerS: 350_000_000, machineBytes: 16 * gigabyte };
const fullHd = need(1920, 1080, 30, "nv12");

describe("memory and flow of all sources", () => {
  test("one source of 1080p30 has what it asks for", () => {
    expect(planAlone(fullHd)).toMatchObject({ frames: 75, everyNth: 1, seconds: 2.5, told: null });
  });

  test("a 2160p source beyond the flow shows every second frame, and says so with the cure", () => {
    const [plan] = planRings([need(3840, 2160, 30, "nv12")], limits);
    expect(plan?.everyNth).toBe(2);
    expect(plan?.told).toMatch(/every second frame is shown.*clips hold all.*MB\/s.*Lower the size/);
  });

  test("of four, those that bring the most give way; together they stay within the limit of flow and of memory", () => {
    const small = need(1280, 720, 25, "nv12");
    const plans = planRings([fullHd, need(1920, 1080, 60, "yuyv422"), fullHd, small], limits);
    expect(plans[1]?.everyNth).toBeGreaterThan(1);
    expect(plans[3]).toMatchObject({ everyNth: 1 });
    const flow = [3_110_400 * 30, 4_147_200 * 60, 3_110_400 * 30, 1_382_400 * 25];
    const left = plans.reduce((sum, { everyNth }, at) => sum + (flow[at] ?? 0) / everyNth, 0);
    expect(left).toBeLessThanOrEqual(limits.bytesPerS);
    const bytes = plans.reduce((sum, { frameBytes, fragmentBytes }) => sum + 2 * frameBytes + fragmentBytes, 0);
    expect(bytes).toBeLessThanOrEqual(limits.bytes);
  });

  test("a small machine remembers less, and fewer frames where that would be next to nothing, and says so", () => {
    const [plan] = planRings([fullHd], { ...limits, machineBytes: gigabyte });
    expect(plan).toMatchObject({ told: expect.stringContaining("not enough memory") });
    expect(2 * (plan?.frameBytes ?? 0) + (plan?.fragmentBytes ?? 0)).toBeLessThanOrEqual(0.4 * gigabyte);
    const [tiny] = planRings([need(3840, 2160, 30, "yuyv422")], { ...limits, machineBytes: gigabyte });
    expect(tiny?.everyNth).toBeGreaterThan(2);
    expect(tiny?.frames).toBeGreaterThanOrEqual(3);
  });

  test("where too few frames would be left to look at, all are shown and stills come from the recording, which is said", () => {
    const [big, other] = planRings([need(3840, 2160, 30, "yuyv422"), need(640, 360, 30, "nv12")], {
      ...{ ...limits, bytesPerS: 40_000_000 },
    });
    expect(big).toMatchObject({ frames: 0, frameBytes: 0, everyNth: 1, seconds: 0, lookBackSeconds: 10 });
    expect(big?.told).toMatch(/^Stills come from the recording.*flowMegabytesPerS/);
    expect(other).toMatchObject({ frames: 75, everyNth: 1, told: null });
    const [slow] = planRings([need(3840, 2160, 5, "yuyv422")], { ...limits, bytesPerS: 50_000_000 });
    expect(slow).toMatchObject({ everyNth: 2 });
  });

  test("small pictures to look back by are few, whatever is asked, never further than what is coded, and count", () => {
    const of = (preRollSeconds: number, lookBackSeconds: number): ReturnType<typeof planAlone> =>
      planAlone({ ...fullHd, preRollSeconds, lookBackSeconds });
    expect(of(30, 10)).toMatchObject({
      lookBackSeconds: 10,
      previews: { frames: 105, older: { everyNth: 3, reach: 300 } },
    });
    expect(of(120, 120).previews.older).toEqual({ everyNth: 12, reach: 3600 });
    expect(of(5, 60).lookBackSeconds).toBe(5);
    const tight = { ...limits, bytes: 600_000_000 };
    const [none, much] = [0, 120].map(
      (lookBackSeconds) => planRings([{ ...fullHd, preRollSeconds: 120, lookBackSeconds }], tight)[0],
    );
    expect(much?.frames).toBeLessThan(none?.frames ?? 0);
  });

  test("two minutes of coded video for each of four do not push out the pictures", () => {
    const plans = planRings(Array(4).fill({ ...fullHd, preRollSeconds: 120 }), { ...limits, bytes: gigabyte });
    for (const { told, seconds } of plans) {
      expect(told).toContain("Less than 120 s before a press");
      expect(seconds).toBeGreaterThan(0.3);
    }
  });
});
