import { describe, expect, it } from "vitest";
import { isWithin, opensAt } from "./pace.ts";

const at = (hour: number, minute = 0, second = 0) => new Date(2026, 2, 10, hour, minute, second).getTime();
const night = { fromMinute: 20 * 60, untilMinute: 6 * 60 };
const noon = { fromMinute: 12 * 60, untilMinute: 13 * 60 };

describe("a window for clips", () => {
  it.each([
    [noon, at(11, 59, 59), false],
    [noon, at(12), true],
    [noon, at(12, 59, 59), true],
    [noon, at(13), false],
    [night, at(19, 59), false],
    [night, at(20), true],
    [night, at(0), true],
    [night, at(5, 59), true],
    [night, at(6), false],
    [{ fromMinute: 0, untilMinute: 0 }, at(15), true],
  ])("%o at %d is open: %s", (window, now, isOpen) => {
    expect(isWithin(window, now)).toBe(isOpen);
  });

  it("opens now when it is open, else at its beginning, today or tomorrow", () => {
    expect(opensAt(noon, at(12, 30))).toBe(at(12, 30));
    expect(opensAt(noon, at(9, 15, 30))).toBe(at(12));
    expect(opensAt(noon, at(13))).toBe(at(12) + 86_400_000);
    expect(opensAt(night, at(7))).toBe(at(20));
  });
});
