import { expect, it } from "vitest";
import { lateralityOfStep, lateralityOfText } from "./laterality.ts";

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
  ["Biopsie de l'os", null],
  ["Cirurgia das mãos", null],
  ["Órgãos genitais", null],
  ["Cataracte droite ou gauche", "B"],
  ["Cataracte OG", "L"],
  ["Phako OU", "B"],
  ["Phako rechtsseitig", "R"],
  ["Otoskopie linksseitig", "L"],
] as const)("reads the side of %j as %s", (text, side) => {
  expect(lateralityOfText(text)).toBe(side);
});

it.each([
  ["Phaco and IOL, right eye", "Cataract surgery, both eyes", "R"],
  ["Phaco and IOL", "Cataract surgery, left eye", "L"],
  ["FESS, both sides", "FESS right", "B"],
  ["Phaco right", "Cataract left", null],
  ["Phaco", "Cataract", null],
] as const)("takes the side of step %j of request %j as %s", (step, request, side) => {
  expect(lateralityOfStep(step, request)).toBe(side);
});
