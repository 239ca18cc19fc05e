/** The languages that the screens of the box speak, by their tags (BCP 47). */
export const screenLanguages = ["en", "fr", "de", "nl", "es", "it", "ja", "ar"] as const;

export type ScreenLanguage = (typeof screenLanguages)[number];
