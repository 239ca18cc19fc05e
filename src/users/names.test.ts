import { expect, it } from "vitest";
import { displayNameOf, nameKeyOf, physicianNameOf } from "./names.ts";

it.each([
  ["Anna Meyer", "Anna Meyer"],
  ["  Zoe\u0308   van  Dijk ", "Zoë van Dijk"],
  ["田中 花子", "田中 花子"],
  ["ليلى", "ليلى"],
  ["O’Neill, S.", "O’Neill, S."],
])("%j is kept as %j", (typed, kept) => {
  expect(displayNameOf(typed)).toBe(kept);
});

it.each([
  ["nothing", " "],
  ["a NUL", "Anna\0"],
  ["two lines", "Anna\nMeyer"],
  ["letters turned around", "Anna \u202ereyeM"],
  ["a lone surrogate", "Anna \ud800"],
  ["65 letters", "x".repeat(65)],
])("%s: no name", (_name, typed) => {
  expect(() => displayNameOf(typed)).toThrow("1 to 64 letters");
});

it("names that look the same have the same key", () => {
  expect(nameKeyOf("ANNA Meyer")).toBe(nameKeyOf("Anna Meyer"));
  expect(nameKeyOf("Ａｎｎａ")).toBe(nameKeyOf("anna"));
  expect(nameKeyOf("Anna")).not.toBe(nameKeyOf("Hanna"));
});

it.each(["Meyer^Anna", "Yamada^Tarou=山田^太郎=やまだ^たろう", "Meyer"])("%s goes to the archive", (name) => {
  expect(physicianNameOf(name)).toBe(name);
});

it.each(["", "^", "=", "Meyer\\Anna", "a=b=c=d", "x".repeat(65), "Meyer^Anna\n"])("%j does not", (name) => {
  expect(() => physicianNameOf(name)).toThrow("Family^Given");
});
