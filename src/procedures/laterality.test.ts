import { expect, it } from "vitest";
import { lateralityOfText } from "./laterality.ts";

it.each([
  ["Cataract extraction left eye", "L"],
  ["Phako rechtes Auge", "R"],
  ["Chirurgie de l'œil gauche", "L"],
  ["Vitrectomy OD", "R"],
  ["白内障手術 右", "R"],
  ["Cataract both eyes", "B"],
  ["Phako rechts und links", "B"],
  ["Bright light exam, leftover", null],
  ["", null],
] as const)("reads the side of %j as %s", (text, side) => {
  expect(lateralityOfText(text)).toBe(side);
});
