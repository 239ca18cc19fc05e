import { expect, test } from "vitest";
import { pxPerMm } from "./millimetres.ts";

test("20 mm on known panels, in CSS pixels", () => {
  expect(Math.round(20 * pxPerMm(1280, 800, 10.1))).toBe(118);
  expect(Math.round(20 * pxPerMm(1920, 1080, 15.6))).toBe(111);
  expect(Math.round(20 * pxPerMm(1920, 1080, 21.5))).toBe(81);
});

test("a panel nobody described gets a likely size", () => {
  expect(pxPerMm(1920, 1080)).toBe(pxPerMm(1920, 1080, 15.6));
  expect(pxPerMm(1024, 600)).toBe(pxPerMm(1024, 600, 10.1));
});
