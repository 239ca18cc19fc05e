import { expect, test } from "vitest";
import { byDay } from "./by-day.ts";

const at = (day: number, hour: number) => ({
  at: new Date(2026, 10, day, hour).getTime(),
  words: `${day} ${hour}`,
  actor: "",
  rows: "",
});

test("a story that goes over midnight is told day by day, in order", () => {
  const days = byDay([at(23, 22), at(23, 23), at(24, 0), at(24, 7)]);
  expect(days.map(({ day, events }) => [day, events.map(({ words }) => words)])).toEqual([
    ["23-Nov-2026", ["23 22", "23 23"]],
    ["24-Nov-2026", ["24 0", "24 7"]],
  ]);
});
