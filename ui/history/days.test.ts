import { expect, test } from "vitest";
import { byDay } from "./days.ts";

const at = (day: number, hour: number) => ({ begunAt: new Date(2026, 10, day, hour).getTime() });

test("procedures are grouped by the local day they began", () => {
  const days = byDay([at(24, 14), at(24, 0), at(23, 23), at(2, 8)], new Date(2026, 10, 24, 15).getTime());
  expect(days.map(({ title, items }) => [title, items.length])).toEqual([
    ["Today, 24-Nov-2026", 2],
    ["Yesterday, 23-Nov-2026", 1],
    ["02-Nov-2026", 1],
  ]);
});
