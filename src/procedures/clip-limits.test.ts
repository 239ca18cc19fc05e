import { expect, it } from "vitest";
import { limitReached } from "./clip-limits.ts";

const limits = { maxBytes: 1_000, minimumFreeBytes: 500 };

it("ends a clip at its size, and sooner where the disk runs full", () => {
  expect(limitReached(999, 10_000, limits)).toBeNull();
  expect(limitReached(1_000, 10_000, limits)).toBe("size");
  expect(limitReached(1, 250, limits)).toBe("disk");
  expect(limitReached(1, 251, limits)).toBeNull();
  // Finishing needs the clip's size once more.
  expect(limitReached(900, 1_100, limits)).toBe("disk");
});
