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
  return { profile, preRollSeconds: 30 };
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

  test("two minutes of coded video for each of four do not push out the pictures", () => {
    const plans = planRings(Array(4).fill({ ...fullHd, preRollSeconds: 120 }), { ...limits, bytes: gigabyte });
    for (const { told, seconds } of plans) {
      expect(told).toContain("Less than 120 s before a press");
      expect(seconds).toBeGreaterThan(0.3);
    }
  });
});
