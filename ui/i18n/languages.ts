import type { ScreenLanguage } from "../../src/lib/screen-languages.ts";

/** The languages of the screen, each with its own name as those who read it write it. */
export const languages = {
  en: { name: "English", direction: "ltr" },
  fr: { name: "Français", direction: "ltr" },
  de: { name: "Deutsch", direction: "ltr" },
  nl: { name: "Nederlands", direction: "ltr" },
  es: { name: "Español", direction: "ltr" },
  it: { name: "Italiano", direction: "ltr" },
  ja: { name: "日本語", direction: "ltr" },
  ar: { name: "العربية", direction: "rtl" },
} as const satisfies Record<ScreenLanguage, { readonly name: string; readonly direction: "ltr" | "rtl" }>;

export type Language = ScreenLanguage;

/** For tests alone: English, 40 % longer, with accents and brackets. Never offered to a person. */
export const pseudo = "pseudo";

/** Everything that the screen can speak. */
export type Spoken = Language | typeof pseudo;

export const isLanguage = (text: unknown): text is Language =>
  typeof text === "string" && Object.hasOwn(languages, text);

export const isSpoken = (text: unknown): text is Spoken => text === pseudo || isLanguage(text);

export const directionOf = (spoken: Spoken): "ltr" | "rtl" => (spoken === pseudo ? "ltr" : languages[spoken].direction);

/**
 * What Intl is asked with. Digits are the Latin ones everywhere: a number on the screen has to look like the number on
 * the wristband and on the microscope.
 */
export const intlTagOf = (spoken: Spoken): string => (spoken === pseudo ? "en" : `${spoken}-u-nu-latn`);
