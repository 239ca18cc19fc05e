import { expect, it } from "vitest";
import { cutNotice, lostWords } from "./clip-notices.ts";

const asked = { fromMs: 12_000, toMs: 40_000 };

it("a cut at key frames is told as it was asked for", () => {
  expect(cutNotice(3, asked, { startMs: 12_000, endMs: 40_000 })).toBe("Cut from clip 3, 0:12 to 0:40.");
});

it("what there is more than was asked for is told, too", () => {
  expect(cutNotice(3, asked, { startMs: 11_400, endMs: 40_020 })).toBe(
    "Cut from clip 3, 0:12 to 0:40; at key frames, so it begins 0.6 s earlier.",
  );
  expect(cutNotice(3, { fromMs: 3_725_000, toMs: 3_726_000 }, { startMs: 3_725_000, endMs: 3_726_900 })).toBe(
    "Cut from clip 3, 1:02:05 to 1:02:06; at key frames, so it ends 0.9 s later.",
  );
});

it("frames that the clip misses are not forgotten by what is cut out of it", () => {
  expect(lostWords({ number: 3, lostFrames: null })).toBe("");
  expect(lostWords({ number: 3, lostFrames: 0 })).toBe("");
  expect(lostWords({ number: 3, lostFrames: 1 })).toBe("In clip 3, 1 frame of the source is missing; maybe here.");
  expect(lostWords({ number: 3, lostFrames: 12 })).toBe("In clip 3, 12 frames of the source are missing; maybe here.");
});
