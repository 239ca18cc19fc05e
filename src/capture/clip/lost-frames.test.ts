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
    const tracker = fed(steady(30));
    expect(tracker.onTime(30, 32 * frameUs)).toBe(2);
    expect(fed([...steady(3), ...steady(20, 5)]).between(0, 22)).toBe(2);
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
    expect(fed([0, 1, 2, 3.7, 4.1, ...steady(30, 5)]).total).toBe(0);
    const tracker = fed(steady(40));
    expect([40.7, 41.1, 42].map((moment, at) => tracker.onTime(40 + at, moment * frameUs))).toEqual([1, -1, 0]);
    expect(fed([...steady(20), 20.4, 21, 22, 23.3, 24, 25]).total).toBe(0);
    // A stall of eight frames, of which three had been kept for us.
    expect(fed([...steady(40), 47.9, 47.92, 47.95, ...steady(40, 48)]).total).toBe(5);
  });

  test.each([
    ["its own moments", 0],
    ["those of their arrival", 1],
  ])("of one frame in three that is lost, told by %s, none becomes what is usual", (_whose, jitter) => {
    let random = 1;
    const next = (): number => {
      random = (random * 48_271) % 2_147_483_647;
      return random / 2_147_483_647;
    };
    const moments: number[] = [];
    for (let moment = 0; moments.length < 3_000; moment += 1) {
      if (moment < 100 || next() > 1 / 3) moments.push(moment + jitter * 0.45 * next());
    }
    const lost = Math.round((moments.at(-1) ?? 0) - (moments[0] ?? 0)) + 1 - moments.length;
    expect(lost).toBeGreaterThan(1_000);
    expect(Math.abs(fed(moments).total - lost)).toBeLessThanOrEqual(jitter);
  });

  test("a reader that is slower than the camera is told how many it missed", () => {
    // The camera keeps three frames; the reader takes 0.6 to 2.2 frames for each, and has only its own clock.
    let [camera, reader, missed, random] = [0, 0, 0, 7];
    const moments: number[] = [];
    for (; camera < 6_000; camera += 1) {
      if (reader - camera > 3) {
        missed += 1;
        continue;
      }
      random = (random * 48_271) % 2_147_483_647;
      reader = Math.max(camera, reader);
      moments.push(reader);
      reader += camera < 60 ? 0.5 : 0.6 + (1.6 * random) / 2_147_483_647;
    }
    expect(missed).toBeGreaterThan(1_000);
    // Those that wait in the camera when it ends are told when they come.
    expect(Math.abs(fed(moments).total - missed)).toBeLessThanOrEqual(4);
  });

  test("a camera that halves its rate for want of light loses none by it, after a while", () => {
    expect(fed([...steady(100), ...steady(400, 100, 2)]).total).toBe(0);
    expect(fed([...steady(100), ...steady(400, 100, 2), ...steady(100, 902)]).total).toBe(0);
  });

  test("a camera's clock that is off by a thousandth costs and brings no frame in an hour", () => {
    expect(fed(steady(90_000, 0, 1.001)).total).toBe(0);
    expect(fed(steady(90_000, 0, 0.999)).total).toBe(0);
  });

  test("a burst of what had waited before the first look is no loss, nor makes one", () => {
    const burst = Array.from({ length: 25 }, (_unused, at) => at * 0.05);
    expect(fed([...burst, ...steady(200, 2)]).total).toBe(0);
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
