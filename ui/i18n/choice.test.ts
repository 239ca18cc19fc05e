import { afterEach, expect, test } from "vitest";
import { wantedLanguage } from "./choice.ts";
import { i18n, t } from "./i18n.ts";
import { isolated } from "./isolate.ts";
import { intlTagOf } from "./languages.ts";
import { speak } from "./speak.ts";

afterEach(() => speak("en"));

const nobody = { address: null, ofPerson: null, chosen: null, ofBox: null };

test("the address comes before who is signed in, they before the choice on the screen, and that before the box", () => {
  expect(wantedLanguage(nobody)).toBe("en");
  expect(wantedLanguage({ ...nobody, ofBox: "fr" })).toBe("fr");
  expect(wantedLanguage({ ...nobody, ofBox: "fr", chosen: "de" })).toBe("de");
  expect(wantedLanguage({ ...nobody, ofBox: "fr", chosen: "de", ofPerson: "nl" })).toBe("nl");
  expect(wantedLanguage({ address: "ja", ofPerson: "nl", ofBox: "fr", chosen: "de" })).toBe("ja");
  expect(wantedLanguage({ address: "pseudo", ofPerson: "nl", ofBox: "fr", chosen: "de" })).toBe("pseudo");
});

test("a language that the screen does not speak changes nothing", () => {
  expect(wantedLanguage({ ...nobody, address: "tlh", ofBox: "fr" })).toBe("fr");
  expect(wantedLanguage({ ...nobody, address: "constructor" })).toBe("en");
});

test("of two languages asked for at once the last is spoken", async () => {
  await Promise.all([speak("nl"), speak("it"), speak("de")]);
  expect(i18n.language).toBe("de");
  expect(t("press.stop")).toBe("STOPP");
  const [slow, quick] = [speak("es"), speak("en")];
  await Promise.all([slow, quick]);
  expect(t("press.stop")).toBe("STOP");
});

test("counted words have the form of their number", async () => {
  expect(t("complete.clips", { count: 1 })).toBe("1 clip");
  expect(t("complete.clips", { count: 0 })).toBe("0 clips");
  await speak("ar");
  const forms = [0, 1, 2, 3, 11, 100].map((count) => t("captures.marks", { count }));
  expect(new Set(forms).size).toBe(6);
  await speak("fr");
  expect(t("complete.clips", { count: 0 })).toBe("0 clip");
});

test("a name is one thing in a sentence, whichever way it is written", async () => {
  expect(t("complete.titleFor", { name: "TANAKA, Hanako" })).toBe("Complete for TANAKA, Hanako?");
  expect(t("complete.titleFor", { name: "محمد, أحمد" })).toBe("Complete for \u2068محمد, أحمد\u2069?");
  await speak("ar");
  expect(t("complete.titleFor", { name: "TANAKA, Hanako" })).toContain("\u2068TANAKA, Hanako\u2069");
});

test("what a name holds is shown as it is: no markup, no placeholder, no key of its own", () => {
  const name = "<b>{{count}} $t(press.stop) &amp; $&";
  expect(t("complete.titleFor", { name })).toBe(`Complete for ${name}?`);
});

test("digits are Latin in every language", () => {
  expect(new Intl.NumberFormat(intlTagOf("ar")).format(123)).toBe("123");
  expect(isolated("12", "ar")).toBe("\u206812\u2069");
});
