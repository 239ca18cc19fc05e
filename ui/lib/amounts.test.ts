import { afterEach, expect, test } from "vitest";
import { speak } from "../i18n/speak.ts";
import { showAgo, showBytes, showDecimal, showList } from "./amounts.ts";

afterEach(() => speak("en"));

test("how long ago is said in the largest units that matter", () => {
  expect(showAgo(-1)).toBe("0 min");
  expect(showAgo(59 * 60_000)).toBe("59 min");
  expect(showAgo(185 * 60_000)).toBe("3 h 05 min");
  expect(showAgo(24 * 3_600_000)).toBe("24 h 00 min");
  expect(showAgo(50 * 3_600_000)).toBe("2 days");
});

test("sizes have three digits that mean something", () => {
  expect(showBytes(412e9)).toBe("412 GB");
  expect(showBytes(1.46e6)).toBe("1.5 MB");
  expect(showBytes(999)).toBe("999 byte");
});

test("numbers, sizes and lists follow the language, with Latin digits in all", async () => {
  expect(showList(["A", "B"])).toBe("A and B");
  await speak("de");
  expect(showDecimal(1.25)).toBe("1,3");
  expect(showBytes(1.46e9).replace(/\s/u, " ")).toBe("1,5 GB");
  await speak("fr");
  expect(showBytes(412e9)).toContain("Go");
  await speak("ar");
  expect(showDecimal(1.5)).toContain("1");
  expect(showAgo(3 * 24 * 3_600_000)).toContain("3");
  await speak("ja");
  expect(showList(["A", "B", "C"])).toBe("A、B、C");
});
