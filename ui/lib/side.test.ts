import { expect, test } from "vitest";
import { sideInText } from "./side.ts";

test("the side comes from the procedure's words", () => {
  expect(sideInText("Cataract extraction LEFT eye")).toBe("L");
  expect(sideInText("Vitrektomie rechtes Auge")).toBe("R");
  expect(sideInText("Phaco OD")).toBe("R");
  expect(sideInText("左眼 白内障手術")).toBe("L");
  expect(sideInText("Bilateral strabismus, left and right")).toBe("B");
});

test("no side is guessed", () => {
  expect(sideInText("Cataract extraction")).toBeNull();
  expect(sideInText("Osteotomy, bright field")).toBeNull();
});
