import { expect, test } from "vitest";
import { initialsOf } from "./initials.ts";

test("a name is known by the first letters of its first and last part", () => {
  expect(initialsOf("Anna Berg")).toBe("AB");
  expect(initialsOf("dr. Maria del Carmen Ruiz")).toBe("DR");
  expect(initialsOf("Émile")).toBe("É");
  expect(initialsOf("山田 太郎")).toBe("山太");
  expect(initialsOf("Nurse 7")).toBe("N7");
  expect(initialsOf("𝒜 –")).toBe("𝒜");
  expect(initialsOf("!")).toBe("");
});
