import { expect, test } from "vitest";
import { lostFramesComment } from "./compose.ts";

test("an Instance of a clip says how many frames are missing in it, beside what it says already", () => {
  expect(lostFramesComment({}, { lostFrames: 12 })).toEqual({
    ImageComments: "12 frames of the source are missing in this recording",
  });
  expect(lostFramesComment({ ImageComments: "Part 2 of 3" }, { lostFrames: 1 })).toEqual({
    ImageComments: "Part 2 of 3. 1 frame of the source is missing in this recording",
  });
  for (const lostFrames of [0, null]) expect(lostFramesComment({ ImageComments: "x" }, { lostFrames })).toEqual({});
});
