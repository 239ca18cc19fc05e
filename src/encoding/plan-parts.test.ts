import { describe, expect, it } from "vitest";
import { planParts } from "./plan-parts.ts";

/** Groups of `gop` frames of 10 000 bytes each. */
function indexOf(frames: number, gop: number): Parameters<typeof planParts>[0] {
  const keySamples = Array.from({ length: Math.ceil(frames / gop) }, (_, at) => at * gop);
  return { sampleBytes: Array.from({ length: frames }, () => 10_000), keySamples };
}

describe("the parts of a clip", () => {
  it("begin with key frames, follow each other without a gap and stay within the limit", () => {
    const index = indexOf(1003, 10);
    const limitBytes = 1_300_000;
    const parts = planParts(index, limitBytes);
    expect(parts[0]?.from).toBe(0);
    expect(parts.at(-1)?.to).toBe(1003);
    for (const [at, { from, to }] of parts.entries()) {
      expect(from).toBe(at === 0 ? 0 : parts[at - 1]?.to);
      expect(index.keySamples).toContain(from);
      expect((to - from) * 10_000).toBeLessThan(limitBytes);
    }
  });

  it("are as few as possible and about as large as each other", () => {
    // 120 frames are over the limit for 110, by a little.
    const parts = planParts(indexOf(120, 10), 1_140_000);
    expect(parts).toHaveLength(2);
    const frames = parts.map(({ from, to }) => to - from);
    expect(Math.min(...frames)).toBeGreaterThanOrEqual(50);
  });

  it("are one where all of it fits", () => {
    expect(planParts(indexOf(50, 10), 1_000_000)).toEqual([{ from: 0, to: 50 }]);
  });

  it("do not exist where the frames between two key frames are too many bytes", () => {
    expect(() => planParts(indexOf(100, 50), 400_000)).toThrow(expect.objectContaining({ code: "too-large" }));
  });

  it("do not exist for a stream that begins without a key frame", () => {
    expect(() => planParts({ sampleBytes: [1, 2], keySamples: [1] }, 1_000_000)).toThrow(
      expect.objectContaining({ code: "unreadable" }),
    );
    expect(() => planParts({ sampleBytes: [], keySamples: [] }, 1_000_000)).toThrow(
      expect.objectContaining({ code: "unreadable" }),
    );
  });
});
