import { describe, expect, test } from "vitest";
import { screenLanguages } from "../../src/lib/screen-languages.ts";
import { intlTagOf, languages } from "./languages.ts";
import { en } from "./locales/en/en.ts";
import { pseudoText } from "./pseudo.ts";
import { wordsOf } from "./speak.ts";

const CATEGORY = /_(zero|one|two|few|many|other)$/;

/** Every word by its key, `live.noSignal`. */
function flat(words: object, before = ""): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]): [string, string][] =>
      typeof value === "string" ? [[before + key, value]] : [...flat(value, `${before}${key}.`)],
    ),
  );
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{.*?\}\}|<.*?>/g)].map(([all]) => all).toSorted();
const base = (key: string): string => key.replace(CATEGORY, "");

/** The plural categories that whole numbers up to ten thousand need in a language. */
function categoriesOf(tag: string): string[] {
  const rules = new Intl.PluralRules(tag);
  return [...new Set(Array.from({ length: 10_001 }, (_unused, n) => rules.select(n)))].toSorted();
}

/** Words that are the same in another language, because it writes them so. */
const sameAs: Readonly<Record<string, readonly string[]>> = {
  all: [
    ...["patient.id", "press.recording", "outbox.instance", "story.hash", "time.minutes", "time.birth"],
    "triggers.by",
  ],
  fr: [
    ...["nav.patient", "captures.still", "captures.clip", "complete.stills", "complete.clips", "viewer.pause"],
    ...["outbox.capture", "triggers.action.still", "story.row", "time.hours"],
  ],
  de: [
    ...["nav.patient", "captures.clip", "complete.clips", "time.hours", "viewer.pause"],
    ...["people.setUp", "people.name", "people.role.administrator"],
  ],
  nl: ["captures.clip", "complete.clips", "lookBack.later", "story.row"],
  es: ["captures.clip", "complete.clips", "time.hours"],
  it: ["captures.clip", "complete.clips", "time.hours", "story.row"],
  ja: [],
  ar: [],
};

const english = flat(en);
const counted = new Set([...english.keys()].filter((key) => CATEGORY.test(key)).map(base));

test("the screen has every language that the settings may name", () => {
  expect(Object.keys(languages)).toEqual([...screenLanguages]);
});

describe.each(screenLanguages.filter((language) => language !== "en"))("%s", (language) => {
  const loading = wordsOf(language).then((words) => flat(words));

  test("has every key, and none besides", async () => {
    const words = await loading;
    const keys = (all: Map<string, string>) => [...new Set([...all.keys()].map(base))].toSorted();
    expect(keys(words)).toEqual(keys(english));
  });

  test("has every plural that its numbers need", async () => {
    const words = await loading;
    const categories = categoriesOf(intlTagOf(language));
    for (const key of counted) {
      const has = [...words.keys()].filter((one) => base(one) === key && CATEGORY.test(one));
      expect(has.toSorted(), key).toEqual(categories.map((category) => `${key}_${category}`));
    }
  });

  test("names in every sentence what English names in it", async () => {
    const words = await loading;
    for (const [key, text] of words) {
      const model = english.get(key) ?? english.get(`${base(key)}_other`) ?? "";
      // "One capture" and "two captures" may say the number as a word.
      const needed = placeholders(model).filter((name) => name !== "{{count}}" || !/_(zero|one|two)$/.test(key));
      expect(
        placeholders(text).filter((name) => name !== "{{count}}" || needed.includes(name)),
        key,
      ).toEqual(needed);
    }
  });

  test("says nothing in English, and leaves nothing unsaid", async () => {
    const own = [...(sameAs.all ?? []), ...(sameAs[language] ?? [])];
    const left = [...(await loading)].filter(([key, text]) => {
      const isOurs = !own.includes(base(key)) && /\p{L}/u.test(text.replaceAll(/\{\{.*?\}\}|<.*?>/g, ""));
      return text.trim() === "" || (isOurs && text === (english.get(key) ?? english.get(`${base(key)}_other`)));
    });
    expect(left).toEqual([]);
  });
});

test("the pseudo language is two fifths longer, in brackets, and keeps what is filled in", () => {
  const text = pseudoText("Complete for {{name}}?");
  expect(text).toMatch(/^\[.*\{\{name\}\}.*\]$/);
  expect(text).not.toContain("Complete");
  expect(text.length).toBeGreaterThanOrEqual("Complete for {{name}}?".length + 0.4 * "Complete for ?".length);
});
