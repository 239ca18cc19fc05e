import { afterEach, expect, test } from "vitest";
import { speak } from "../i18n/speak.ts";
import { daOf, parseDay, showAge, showBirth, showCountdown, showDay, showDuration, showTm } from "./dates.ts";

afterEach(() => speak("en"));

const day = (da: string) => {
  const parsed = parseDay(da);
  if (!parsed) throw new Error(`not a date: ${da}`);
  return parsed;
};
const noon = new Date(2026, 10, 24, 12).getTime();

test("a birth date is shown with its month in letters and the age", () => {
  expect(showBirth("19450714", noon)).toBe("14-Jul-1945 (81 y)");
  expect(showBirth("19451124", noon)).toBe("24-Nov-1945 (81 y)");
  expect(showBirth("19451125", noon)).toBe("25-Nov-1945 (80 y)");
});

test("a date that is unknown, impossible or in the future is not shown as one", () => {
  expect(showBirth(undefined, noon)).toBeNull();
  expect(showBirth("19450231", noon)).toBeNull();
  expect(showBirth("00000000", noon)).toBeNull();
  expect(showBirth("1945", noon)).toBeNull();
  expect(showBirth("20270101", noon)).toBeNull();
});

test("small children have an age in days, weeks or months", () => {
  const today = day("20261124");
  expect(showAge(day("20261124"), today)).toBe("0 d");
  expect(showAge(day("20261028"), today)).toBe("27 d");
  expect(showAge(day("20261027"), today)).toBe("4 w");
  expect(showAge(day("20251125"), today)).toBe("52 w");
  expect(showAge(day("20251124"), today)).toBe("12 m");
  expect(showAge(day("20241125"), today)).toBe("23 m");
  expect(showAge(day("20241124"), today)).toBe("2 y");
});

test("durations and times", () => {
  expect(showDuration(42_900)).toBe("0:42");
  expect(showDuration(3_723_000)).toBe("1:02:03");
  expect(showCountdown(59_001)).toBe("1:00");
  expect(showCountdown(-5)).toBe("0:00");
  expect(showTm("140233")).toBe("14:02");
  expect(showTm("")).toBe("");
  expect(daOf(noon)).toBe("20261124");
});

test("the month of a birth date is a word in the language of the screen, the order and the digits stay", async () => {
  const shown: Record<string, string> = {};
  for (const language of ["fr", "de", "nl", "es", "it", "ja"] as const) {
    await speak(language);
    shown[language] = showBirth("19450714", noon) ?? "";
  }
  expect(shown).toEqual({
    fr: "14-juil-1945 (81 ans)",
    de: "14-Jul-1945 (81 J.)",
    nl: "14-jul-1945 (81 jr)",
    es: "14-jul-1945 (81 años)",
    it: "14-lug-1945 (81 anni)",
    ja: "14-7月-1945（81歳）",
  });
});

test("a date in Arabic is read from the right: the day, the month, the year", async () => {
  await speak("ar");
  // RIGHT-TO-LEFT ISOLATE round the whole, the month isolated within: else the year would stand before the month.
  expect(showDay({ year: 1945, month: 7, day: 14 })).toMatch(/^\u206714-\u2068\p{Script=Arabic}+\u2069-1945\u2069$/u);
  expect(showBirth("19450714", noon)).toContain("81");
});
