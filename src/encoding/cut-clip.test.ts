import { describe, expect, it } from "vitest";
import { endOf, frameAt, snapToKeyFrames } from "./cut-clip.ts";

describe("the frame at a moment", () => {
  const starts = [0, 1 / 30, 2 / 30, 3 / 30];

  it("is the last that begins at or before it", () => {
    expect(frameAt(starts, 0)).toBe(0);
    expect(frameAt(starts, 0.05)).toBe(1);
    expect(frameAt(starts, 99)).toBe(3);
  });

  it("is the frame itself where its time was rounded to milliseconds", () => {
    expect(frameAt(starts, 0.033)).toBe(1);
    expect(frameAt(starts, 0.067)).toBe(2);
  });

  it("knows a gap in the recording", () => {
    expect(frameAt([0, 0.04, 2, 2.04], 1)).toBe(1);
    expect(frameAt([0, 0.04, 2, 2.04], 2)).toBe(2);
  });
});

it("a clip with a gap plays for longer than its frames are many", () => {
  expect(endOf([0, 0.04, 2, 2.04], { fpsNum: 25, fpsDen: 1 })).toBeCloseTo(2.08);
  // What is cut off before the gap ends before it.
  expect(endOf([0, 0.04], { fpsNum: 25, fpsDen: 1 })).toBeCloseTo(0.08);
});

describe("a cut", () => {
  const keys = [0, 30, 60];

  it("has all that was asked for, from key frame to key frame", () => {
    expect(snapToKeyFrames(keys, 75, { from: 31, to: 32 })).toEqual({ from: 30, to: 60 });
    expect(snapToKeyFrames(keys, 75, { from: 29, to: 31 })).toEqual({ from: 0, to: 60 });
  });

  it("that is asked for at key frames is that, and no more", () => {
    expect(snapToKeyFrames(keys, 75, { from: 30, to: 60 })).toEqual({ from: 30, to: 60 });
  });

  it("ends with the clip where no key frame follows", () => {
    expect(snapToKeyFrames(keys, 75, { from: 60, to: 61 })).toEqual({ from: 60, to: 75 });
  });
});
