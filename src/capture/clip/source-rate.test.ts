import { expect, test } from "vitest";
import { SourceRate } from "./source-rate.ts";

const rate30 = { fpsNum: 30, fpsDen: 1 };
/** So many frames in three seconds, after the first that came. */
function rateOf(frames: number): SourceRate {
  const rate = new SourceRate();
  rate.add(8, 0);
  rate.add(frames, 3000);
  return rate;
}

test("a source that is too slow is told, and not one of which frames were lost", () => {
  expect(rateOf(90).wrongRate(rate30, 0)).toBeNull();
  expect(rateOf(75).wrongRate(rate30, 0)).toMatch(/gave 25\.0 frames a second, its profile says 30\.0/);
  expect(rateOf(75).wrongRate(rate30, 15)).toBeNull();
});
