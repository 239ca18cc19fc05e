import { describe, expect, it } from "vitest";
import { factsOfCut, markersOfCut } from "./cut-facts.ts";
import type { ClipFacts } from "./procedure.ts";

/** 100 frames at 25 a second, with a gap of two seconds behind the 50th. */
const clip: ClipFacts = {
  ...{ kind: "clip", width: 640, height: 360, frames: 100, durationMs: 4_000, fpsNum: 25, fpsDen: 1 },
  ...{ startedAtMs: 1_000_000, beginsBeforeMs: 500, firstSeq: 700 },
  video: {
    ...{ codec: "h264", profileIdc: 100, constraintFlags: 0, levelIdc: 41, chromaFormat: 1, bitDepth: 8 },
    ...{ interlaced: false, width: 640, height: 360, colour: null },
  },
};
const whole = { range: { from: 0, to: 100 }, startsAtSeconds: 0, endsAtSeconds: 6 };
const behindTheGap = { range: { from: 50, to: 75 }, startsAtSeconds: 4, endsAtSeconds: 5 };
const marker = (seq: number) => ({ id: `m${seq}`, seq, label: "Capsule", at: 5 });
const seqs = (stretch: typeof whole): number[] =>
  markersOfCut([700, 749, 760, 800, 824, 825].map(marker), clip, stretch).map(({ seq }) => seq);

describe("a cut", () => {
  it("behind a gap begins with the frame that it shows, and at its time", () => {
    const facts = factsOfCut(clip, behindTheGap);
    expect(facts).toMatchObject({ firstSeq: 800, startedAtMs: 1_004_000, frames: 25, durationMs: 1_000 });
    expect(facts).not.toHaveProperty("beginsBeforeMs");
  });

  it("of a clip that does not know its first frame does not know it either", () => {
    const { firstSeq: _unknown, ...old } = clip;
    expect(factsOfCut(old, behindTheGap)).not.toHaveProperty("firstSeq");
    expect(markersOfCut([marker(800)], old, behindTheGap)).toEqual([]);
  });

  it("has the markers of its own frames, and those alone", () => {
    expect(seqs(behindTheGap)).toEqual([800, 824]);
    expect(seqs({ range: { from: 25, to: 50 }, startsAtSeconds: 1, endsAtSeconds: 2 })).toEqual([749]);
    expect(seqs(whole)).toEqual([700, 749, 760, 800, 824, 825]);
  });
});
