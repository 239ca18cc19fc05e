import { describe, expect, it } from "vitest";
import { transferSyntaxes } from "../dicom/dicom.ts";
import { framesOut, mpeg2GroupFrames, mpeg2Parts, planMpeg2 } from "./mpeg2-plan.ts";

const { mpeg2HighLevel, mpeg2MainLevel } = transferSyntaxes;
const picture = (width: number, height: number, fpsNum: number, fpsDen = 1) => ({ width, height, fpsNum, fpsDen });

describe("MPEG-2 of a picture", () => {
  it.each([
    // Source, then raster, picture in it and rate: PS3.5 Tables 8-1 to 8-3.
    [picture(1920, 1080, 25), mpeg2HighLevel, [1920, 1080], [1920, 1080], "25/1", 1],
    [picture(1920, 1080, 30_000, 1001), mpeg2HighLevel, [1920, 1080], [1920, 1080], "30000/1001", 1],
    [picture(1920, 1080, 30), mpeg2HighLevel, [1920, 1080], [1920, 1080], "30/1", 1],
    [picture(1920, 1080, 60), mpeg2HighLevel, [1920, 1080], [1920, 1080], "30/1", 2],
    [picture(1920, 1080, 60_000, 1001), mpeg2HighLevel, [1920, 1080], [1920, 1080], "30000/1001", 2],
    [picture(1920, 1080, 50), mpeg2HighLevel, [1920, 1080], [1920, 1080], "25/1", 2],
    [picture(1280, 720, 60), mpeg2HighLevel, [1280, 720], [1280, 720], "60/1", 1],
    [picture(1280, 720, 50), mpeg2HighLevel, [1280, 720], [1280, 720], "50/1", 1],
    [picture(1024, 768, 30), mpeg2HighLevel, [1920, 1080], [1024, 768], "30/1", 1],
    [picture(1920, 1200, 25), mpeg2HighLevel, [1920, 1080], [1728, 1080], "25/1", 1],
    [picture(3840, 2160, 30), mpeg2HighLevel, [1920, 1080], [1920, 1080], "30/1", 1],
    [picture(720, 576, 25), mpeg2MainLevel, [720, 576], [720, 576], "25/1", 1],
    [picture(720, 480, 30_000, 1001), mpeg2MainLevel, [720, 480], [720, 480], "30000/1001", 1],
    [picture(640, 480, 30), mpeg2MainLevel, [720, 480], [640, 480], "30/1", 1],
    [picture(720, 576, 50), mpeg2MainLevel, [720, 576], [720, 576], "25/1", 2],
    [picture(640, 480, 24), mpeg2MainLevel, [720, 576], [640, 480], "25/1", null],
    [picture(1920, 1080, 24_000, 1001), mpeg2HighLevel, [1920, 1080], [1920, 1080], "25/1", null],
  ] as const)("%j", (from, transferSyntaxUid, raster, inside, rate, keepEvery) => {
    const plan = planMpeg2(from);
    expect(plan).toMatchObject({ transferSyntaxUid, columns: raster[0], rows: raster[1], keepEvery });
    expect([plan.pictureWidth, plan.pictureHeight]).toEqual(inside);
    expect(`${plan.rate.fpsNum}/${plan.rate.fpsDen}`).toBe(rate);
  });

  it("keeps its shape in Main Level where the node takes nothing else", () => {
    const plan = planMpeg2(picture(1920, 1080, 30), [mpeg2MainLevel]);
    expect(plan).toMatchObject({ transferSyntaxUid: mpeg2MainLevel, columns: 720, rows: 480 });
    expect(plan.pictureWidth / plan.pictureHeight).toBeCloseTo(16 / 9, 1);
    expect(plan.pictureWidth).toBe(720);
  });

  it("is none where the node takes none", () => {
    expect(() => planMpeg2(picture(1920, 1080, 30), [])).toThrow(expect.objectContaining({ code: "wrong-kind" }));
  });
});

describe("the parts of an MPEG-2 clip", () => {
  const plan = planMpeg2(picture(1920, 1080, 25));

  it("begin with an I picture and hold every frame once", () => {
    const parts = mpeg2Parts(plan, 10_007, 100_000_000);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.at(-1)?.to).toBe(10_007);
    for (const [at, { from }] of parts.entries()) {
      expect(from % mpeg2GroupFrames).toBe(0);
      expect(from).toBe(at === 0 ? 0 : parts[at - 1]?.to);
    }
    const longest = Math.max(...parts.map(({ from, to }) => to - from));
    expect((longest / 25) * plan.bitsPerSecond + plan.bufferBits).toBeLessThan(100_000_000 * 8);
  });

  it("do not exist below one group of pictures", () => {
    expect(() => mpeg2Parts(plan, 100, 1_000_000)).toThrow(expect.objectContaining({ code: "too-large" }));
  });

  it("have every frame, or every second one", () => {
    expect(framesOut(plan, 99, { fpsNum: 25, fpsDen: 1 })).toBe(99);
    expect(framesOut(planMpeg2(picture(1920, 1080, 50)), 99, { fpsNum: 50, fpsDen: 1 })).toBe(50);
  });
});
