import { createInstance } from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { isolated } from "./isolate.ts";
import { intlTagOf, isSpoken, type Spoken } from "./languages.ts";
import { en } from "./locales/en/en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

/** English comes with the page; it is what the screen speaks until another language is there. */
export const i18n = createInstance({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  initAsync: false,
  nsSeparator: false,
  returnNull: false,
  interpolation: { escape: (value: string) => isolated(value, spoken()) },
  react: { useSuspense: false },
});
void i18n.use(initReactI18next).init();

/** The words of a key in the language that the screen speaks now. */
export const t = i18n.t;

/** What the screen speaks now. */
export function spoken(): Spoken {
  return isSpoken(i18n.language) ? i18n.language : "en";
}

/** What Intl is asked with now. */
export const intlTag = (): string => intlTagOf(spoken());

/** The same, for a component that shows words: it is drawn again, as it stands, when the language changes. */
export function useSpoken(): Spoken {
  useTranslation();
  return spoken();
}
