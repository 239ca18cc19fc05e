import { expect, it } from "vitest";
import { remarksOf } from "./remarks.ts";

const exact = { frameExact: true, frameDistance: null, lostFrames: null, rescuedMissingMs: null, notice: null };

it("a capture that is what was asked for has nothing to remark", () => {
  expect(remarksOf(exact)).toEqual([]);
  expect(remarksOf({ ...exact, lostFrames: 0 })).toEqual([]);
});

it("another frame than the one pressed is never silent", () => {
  expect(remarksOf({ ...exact, frameExact: false, frameDistance: 3 })).toEqual(["3 frames later than pressed"]);
  expect(remarksOf({ ...exact, frameExact: false, frameDistance: -1 })).toEqual(["1 frame earlier than pressed"]);
  expect(remarksOf({ ...exact, frameExact: false })).toEqual(["Not the exact picture"]);
});

it("the picture itself, taken from the recording, is not called another one", () => {
  const notice = "Taken from the recording: compressed.";
  expect(remarksOf({ ...exact, frameExact: false, frameDistance: 0, notice })).toEqual([notice]);
});

it("what is missing in a clip comes before what the box says of it", () => {
  expect(remarksOf({ ...exact, lostFrames: 12, rescuedMissingMs: 500, notice: "The box stopped." })).toEqual([
    "12 frames lost",
    "Rescued; at most 0.5 s missing at its end",
    "The box stopped.",
  ]);
});
