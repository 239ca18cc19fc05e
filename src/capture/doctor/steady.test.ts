import { expect, test } from "vitest";
import { Steady } from "./steady.ts";

const run = (limits: ConstructorParameters<typeof Steady>[0], signs: string): string => {
  const steady = new Steady(limits);
  const of = { "1": true, "0": false } as const;
  return [...signs].map((sign, at) => Number(steady.look(of[sign as "0" | "1"] ?? null, at * 500))).join("");
};

test("a sign has to last, and to be gone for some time", () => {
  expect(run({ raiseMs: 1_000, clearMs: 1_000 }, "110111000111")).toBe("000001110001");
});

test("what cannot be told changes nothing", () => {
  expect(run({ raiseMs: 1_000, clearMs: 500 }, "1?1?0?0")).toBe("0011110");
});

test("a missing sign may be allowed", () => {
  expect(run({ raiseMs: 1_500, clearMs: 500, missing: 1 }, "1011")).toBe("0001");
  expect(run({ raiseMs: 1_500, clearMs: 500, missing: 1 }, "10011")).toBe("00000");
});
