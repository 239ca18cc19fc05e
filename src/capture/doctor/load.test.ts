import { expect, test } from "vitest";
import { Load, type ThinLevel } from "./load.ts";

/** Seconds of a source of 30 with a lag in ms at each; `lost` and `late` at each second. */
function levels(lags: readonly number[], lost = 0, late = 0, load = new Load(), from = 0): ThinLevel[] {
  return lags.map((lag, second) => {
    const at = (from + second) * 1_000;
    for (let frame = 0; frame < 30; frame += 1) load.onTime((at + frame * 33) * 1_000, at + frame * 33 + 80 + lag);
    return load.look({ nowMs: at + 1_000, lost, loopDelayMs: late });
  });
}

const flat = (lag: number, seconds: number): number[] => Array.from({ length: seconds }, () => lag);

test("a source that is kept up with is shown whole, also where frames are lost before us", () => {
  expect(new Set(levels(flat(0, 30)))).toEqual(new Set([1]));
  expect(new Set(levels(flat(20, 30), 3))).toEqual(new Set([1]));
});

test("work that piles up thins the preview step by step, and it comes back slowly", () => {
  const load = new Load();
  expect(levels([0, 0, ...[100, 200, 300, 400, 500, 600, 700, 800]], 0, 0, load)).toEqual([
    1, 1, 1, 1, 1, 2, 2, 3, 3, 6,
  ]);
  const back = levels(flat(0, 50), 0, 0, load, 10);
  expect(back[5]).toBe(6);
  expect(back.at(-1)).toBe(1);
  expect(new Set(back)).toEqual(new Set([6, 3, 2, 1]));
});

test("one slow moment changes nothing", () => {
  expect(new Set(levels([0, 0, 900, 0, 0]))).toEqual(new Set([1]));
});

test("time stamps that have moved are no work that piles up, unless frames are lost", () => {
  expect(levels([0, ...flat(400, 60)]).at(-1)).toBe(1);
  expect(levels([0, ...flat(400, 60)], 2).at(-1)).toBe(6);
});

test("our own event loop that is late thins it, too", () => {
  expect(levels(flat(0, 10), 0, 300).at(-1)).toBe(6);
});
