import { expect, it } from "vitest";
import { isOver } from "./session-rules.ts";

const minute = 60_000;
const limits = { idleMs: 10 * minute, mostMs: 720 * minute };
const begunAt = 1_790_000_000_000;

it.each([
  ["just begun", 0, 0, false],
  ["used a moment ago", 300, 300, false],
  ["not used for almost ten minutes", 300, 309.9, false],
  ["not used for ten minutes", 300, 310, true],
  ["used all the time, for twelve hours", 719, 720, true],
  ["the clock was set forward by a year", 300, 525_600, true],
  ["the clock was corrected by some seconds", 300, 299.5, false],
  ["the clock was set back by a day", 1_500, 60, true],
])("%s", (_name, usedAfter, nowAfter, over) => {
  const times = { begunAt, usedAt: begunAt + usedAfter * minute };
  expect(isOver(times, begunAt + nowAfter * minute, limits)).toBe(over);
});
