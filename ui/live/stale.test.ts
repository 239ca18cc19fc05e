import { expect, test } from "vitest";
import { ageOf, isStale } from "./stale.ts";

const fresh = { ageAtPaintMs: 60, paintedAtMs: 1_000, frozen: false };

test("a picture is as old as its capture, not as its painting", () => {
  expect(isStale(fresh, 1_340)).toBe(false);
  expect(isStale(fresh, 1_341)).toBe(true);
  expect(isStale({ ...fresh, ageAtPaintMs: 401 }, 1_000)).toBe(true);
});

test("a source that stands still is dimmed at once, and so is what another source left", () => {
  expect(isStale({ ...fresh, frozen: true }, 1_000)).toBe(true);
  expect(isStale(null, 9_999)).toBe(true);
});

test("a frame from the future is new", () => {
  expect(ageOf(2_000, 1_500)).toBe(0);
  expect(ageOf(1_500, 2_000)).toBe(500);
});
