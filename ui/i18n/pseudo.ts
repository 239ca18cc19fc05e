import { en } from "./locales/en/en.ts";
import type { Locale } from "./words-type.ts";

const ACCENTS: Readonly<Record<string, string>> = {
  ...{ a: "á", e: "ë", i: "ï", o: "ö", u: "ü", y: "ý", n: "ñ", c: "ç", s: "š", z: "ž" },
  ...{ A: "Å", E: "É", I: "Î", O: "Ø", U: "Û", N: "Ñ", C: "Ç", S: "Š", Z: "Ž" },
};

/** How much longer than English. */
const longer = 0.4;

/** `[Çłöšë ~~]`: what is not bracketed on the screen does not come from here, what is cut off has no room. */
export function pseudoText(text: string): string {
  // Placeholders and tags stay as they are.
  const parts = text.split(/(\{\{.*?\}\}|<.*?>)/);
  const accented = parts.map((part, index) =>
    index % 2 === 1 ? part : part.replaceAll(/[a-z]/gi, (letter) => ACCENTS[letter] ?? letter),
  );
  const words = text.replaceAll(/\{\{.*?\}\}|<.*?>/g, "");
  return `[${accented.join("")} ${"~".repeat(Math.max(1, Math.ceil(words.length * longer) - 3))}]`;
}

function pseudoOf(words: object): object {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [key, typeof value === "string" ? pseudoText(value) : pseudoOf(value)]),
  );
}

/** English made longer and strange, for tests of the layout. */
export const pseudoLocale = pseudoOf(en) as Locale;
