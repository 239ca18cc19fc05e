import { expect, test } from "vitest";
import { diskLevel, usedPercent } from "./disk.ts";

const used = (percent: number) => ({ freeBytes: 1000 - 10 * percent, totalBytes: 1000 });

test("the disk is warned of at 80 and at 90 percent, not before", () => {
  expect(diskLevel(used(79.9))).toBe("plain");
  expect(diskLevel(used(80))).toBe("warned");
  expect(diskLevel(used(89.9))).toBe("warned");
  expect(diskLevel(used(90))).toBe("pressing");
  expect(usedPercent(used(91.7))).toBe(91);
});

test("a disk that says nothing of itself is not warned of", () => {
  expect(diskLevel({ freeBytes: 0, totalBytes: 0 })).toBe("plain");
});
