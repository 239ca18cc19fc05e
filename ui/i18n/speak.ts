import { i18n } from "./i18n.ts";
import type { Spoken } from "./languages.ts";
import type { Locale } from "./words-type.ts";

/** Each its own file, fetched when somebody asks for it. */
const loaders: Readonly<Record<Exclude<Spoken, "en">, () => Promise<Locale>>> = {
  fr: async () => (await import("./locales/fr/fr.ts")).fr,
  de: async () => (await import("./locales/de/de.ts")).de,
  nl: async () => (await import("./locales/nl/nl.ts")).nl,
  es: async () => (await import("./locales/es/es.ts")).es,
  it: async () => (await import("./locales/it/it.ts")).it,
  ja: async () => (await import("./locales/ja/ja.ts")).ja,
  ar: async () => (await import("./locales/ar/ar.ts")).ar,
  pseudo: async () => (await import("./pseudo.ts")).pseudoLocale,
};

/** The words of a language. */
export async function wordsOf(spoken: Exclude<Spoken, "en">): Promise<Locale> {
  return loaders[spoken]();
}

let asked = 0;

/** The screen speaks this from now on; of several asked for at once, the last. Rejects when its words cannot be had. */
export async function speak(spoken: Spoken): Promise<void> {
  asked += 1;
  const mine = asked;
  if (spoken !== "en" && !i18n.hasResourceBundle(spoken, "translation")) {
    i18n.addResourceBundle(spoken, "translation", await wordsOf(spoken));
  }
  if (mine === asked) await i18n.changeLanguage(spoken);
}
