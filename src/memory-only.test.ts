import { expect, test } from "vitest";
import { memoryWarnings } from "./memory-only.ts";

const limitsWith = (core: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax core file size        ${core}        unlimited            bytes\n`;
const noSwap = "Filename Type Size Used Priority\n";
const swap = `${noSwap}/dev/sda2 partition 4194300 0 -2\n`;

test("as the unit runs it there is nothing to warn of, whatever the machine has", () => {
  expect(memoryWarnings({ limits: limitsWith("0"), swaps: swap, swapMax: "0\n" })).toEqual([]);
  expect(memoryWarnings({ limits: limitsWith("0"), swaps: noSwap, swapMax: null })).toEqual([]);
});

test("core dumps and swap are told of, each with what to do", () => {
  const [core, swapping] = memoryWarnings({ limits: limitsWith("unlimited"), swaps: swap, swapMax: "max" });
  expect(core).toMatch(/core dump.*scopeline\.service/);
  expect(swapping).toMatch(/swap.*scopeline\.service/);
  expect(memoryWarnings({ limits: limitsWith("0"), swaps: swap, swapMax: null })).toHaveLength(1);
});

test("a kernel that does not say is not accused", () => {
  expect(memoryWarnings({ limits: null, swaps: null, swapMax: null })).toEqual([]);
});
