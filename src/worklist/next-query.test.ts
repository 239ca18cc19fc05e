import { expect, test } from "vitest";
import { untilNextQueryMs } from "./next-query.ts";

const withoutJitter = (): number => 0;

test("a node that answers is asked at every refresh", () => {
  expect(untilNextQueryMs(0, 60_000)).toBe(60_000);
});

test("a node that fails is asked soon, then ever more seldom, up to five minutes", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => untilNextQueryMs(failures, 60_000, withoutJitter));
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000));
});

test("never more seldom than a slow refresh", () => {
  expect(untilNextQueryMs(1000, 3_600_000, withoutJitter)).toBe(3_600_000);
});

test("many boxes do not come back at the same instant", () => {
  expect(untilNextQueryMs(1, 60_000, () => 0.999)).toBeLessThan(untilNextQueryMs(1, 60_000, withoutJitter));
});
