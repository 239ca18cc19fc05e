import { expect, test } from "vitest";
import { nextOffset } from "./now.ts";

test("the answer that travelled least tells the box's clock best", () => {
  expect(nextOffset(-40, -5, 0)).toBe(-5);
  expect(nextOffset(-5, -40, 1_000)).toBe(-6);
});

test("a clock that was set is believed at once, either way", () => {
  expect(nextOffset(0, 90_000, 0)).toBe(90_000);
  expect(nextOffset(0, -90_000, 0)).toBe(-90_000);
});
