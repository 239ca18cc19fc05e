import { describe, expect, test } from "vitest";
import { LostFrames } from "./lost-frames.ts";

const frameUs = 40_000;

/** Feeds a tracker of 25 frames a second with the moments at which frames came, in frame lengths. */
function fed(moments: readonly number[], tracker = new LostFrames(25, 1)): LostFrames {
  for (const [seq, moment] of moments.entries()) tracker.onTime(seq, moment * frameUs);
  return tracker;
}
const steady = (count: number, from = 0, step = 1): number[] =>
  Array.from({ length: count }, (_unused, at) => from + at * step);

describe("lost frames of a source", () => {
  test("a steady source loses none, a gap counts what is missing in it", () => {
    expect(fed(steady(100)).total).toBe(0);
    expect(fed([...steady(10), ...steady(10, 13)]).total).toBe(3);
    const tracker = fed(steady(3));
    expect(tracker.onTime(3, 5 * frameUs)).toBe(2);
  });

  test("a gap belongs to the clip that holds the frames on both sides of it", () => {
    const tracker = fed([...steady(10), ...steady(10, 12), ...steady(10, 23)]);
    expect(tracker.total).toBe(3);
    expect(tracker.between(0, 29)).toBe(3);
    expect(tracker.between(9, 10)).toBe(2);
    expect(tracker.between(0, 9)).toBe(0);
    expect(tracker.between(10, 29)).toBe(1);
    expect(tracker.between(20, 29)).toBe(0);
  });

  test("a source of another rate than its profile says loses none by it", () => {
    expect(fed(steady(200, 0, 1.2)).total).toBe(0);
    expect(fed(steady(200, 0, 0.6)).total).toBe(0);
    const half = fed(steady(200, 0, 2));
    expect(half.between(20, 199)).toBe(0);
  });

  test("a frame that came late and was caught up is not lost", () => {
    expect(fed([0, 1, 2, 3.7, 4.1, 5, 6]).total).toBe(0);
    const tracker = fed([0, 1, 2]);
    expect([3.7, 4.1, 5].map((moment, at) => tracker.onTime(3 + at, moment * frameUs))).toEqual([1, -1, 0]);
    expect(fed([0, 1, 2, 3.4, 4, 5, 6.3, 7, 8]).total).toBe(0);
  });

  test("a clock that is set, back or far ahead, is no loss", () => {
    expect(fed([...steady(10), ...steady(10, 2)]).total).toBe(0);
    expect(fed([...steady(10), ...steady(10, 10_000)]).total).toBe(0);
    expect(fed([0, 0, 1, 2]).total).toBe(0);
  });

  test("however many gaps there are, what is remembered has a limit and the sum stays right", () => {
    const tracker = new LostFrames(25, 1);
    let moment = 0;
    for (let seq = 0; seq < 40_000; seq += 1) {
      moment += seq % 4 === 3 ? 2 : 1;
      tracker.onTime(seq, moment * frameUs);
    }
    expect(tracker.total).toBe(10_000);
    expect(tracker.between(0, 39_999)).toBe(10_000);
    expect(Math.abs(tracker.between(0, 20_000) - 5_000)).toBeLessThan(20);
  });
});
