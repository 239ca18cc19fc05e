import { expect, it } from "vitest";
import { ClockGuard } from "./clock-guard.ts";
import { bytesToFree, usedPercent } from "./disk.ts";

const used = (percent: number) => ({ totalBytes: 1_000, freeBytes: 1_000 - percent * 10 });
const hourMs = 3_600_000;

it.each([
  [79, false, 0],
  [80, false, 0],
  [81, false, 60],
  [76, false, 0],
  [76, true, 10],
  [75, true, 0],
  [100, false, 250],
])(
  "at %i %% of a disk whose level is 80 %%, deleting already: %s, %i of 1000 bytes go",
  (percent, isFreeing, bytes) => {
    expect(bytesToFree(used(percent), { deleteAbovePercent: 80, isFreeing })).toBe(bytes);
  },
);

it("a disk of unknown size has no level", () => {
  expect(usedPercent({ freeBytes: 0, totalBytes: 0 })).toBe(0);
  expect(bytesToFree({ freeBytes: 0, totalBytes: 0 }, { deleteAbovePercent: 80, isFreeing: true })).toBe(0);
});

it("ages count after an hour with a clock that nobody set", () => {
  const guard = new ClockGuard(1_000, 0);
  expect(guard.isTrusted(1_000 + hourMs - 1, hourMs - 1)).toBe(false);
  expect(guard.isTrusted(1_000 + hourMs, hourMs)).toBe(true);
  expect(guard.isTrusted(1_000 + 30 * hourMs, 2 * hourMs)).toBe(false);
  expect(guard.isTrusted(1_000 + 3 * hourMs, 3 * hourMs)).toBe(false);
});
