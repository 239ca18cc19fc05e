import { expect, it } from "vitest";
import { cutNotice } from "./clip-tools.ts";

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
