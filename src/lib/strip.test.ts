import { expect, it } from "vitest";
import { strip } from "./strip.ts";

it.each([
  ["a b", "both", "a b"],
  [" \0a b\0 ", "both", "a b"],
  [" a b\0 ", "end", " a b"],
  ["", "both", ""],
  [" \0", "both", ""],
  [" \0", "end", ""],
] as const)("takes the padding from %j at %s", (text, where, expected) => {
  expect(strip(text, " \0", where)).toBe(expected);
});

it("looks at a long run in the middle once", () => {
  const text = `x${" ".repeat(4_000_000)}x`;
  const before = performance.now();
  expect(strip(text, " \0", "both")).toBe(text);
  expect(performance.now() - before).toBeLessThan(1_000);
});
