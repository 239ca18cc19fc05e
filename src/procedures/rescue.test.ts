import { expect, test } from "vitest";
import { missingMsOf } from "./rescue.ts";
import { minutesOf } from "./resume-clips.ts";

test("what is missing after a rescue is what may have been in memory, never more than a second, never nothing", () => {
  expect(missingMsOf(0)).toBe(250);
  expect(missingMsOf(300.4)).toBe(550);
  expect(missingMsOf(86_400_000)).toBe(1_000);
  // The clock was set back since.
  expect(missingMsOf(-5_000)).toBe(250);
});

test("a gap is told in minutes and seconds, and is never none", () => {
  expect([3_000, 61_400, 600_000, 200, -3].map(minutesOf)).toEqual(["0:03", "1:01", "10:00", "0:01", "0:01"]);
});
