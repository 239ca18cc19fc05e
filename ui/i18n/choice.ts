import { Remembered } from "../lib/remembered.ts";
import { Store } from "../lib/store.ts";
import { isLanguage, isSpoken, type Language, type Spoken } from "./languages.ts";
import { speak } from "./speak.ts";

const parse = (text: string): Language | null => (isLanguage(text) ? text : null);

/** What was chosen on this browser. */
export const chosenLanguage = new Remembered<Language>("language", parse);

/** What the box said last: the page need not wait for it, and does not change its language while somebody reads. */
export const languageOfBox = new Remembered<Language>("language-of-box", parse);

/** What whoever is signed in here wants. */
export const languageOfPerson = new Store<Language | null>(null);

/** A language was asked for whose words could not be had: the screen speaks on as before. */
export const languageFailed = new Store(false);

interface Wishes {
  /** In the address, for this page alone. */
  readonly address: string | null;
  /** Of whoever is signed in. */
  readonly ofPerson: Language | null;
  readonly chosen: Language | null;
  readonly ofBox: Language | null;
}

/** What the screen should speak: the address comes first, then who is signed in, the choice on this browser, the box. */
export function wantedLanguage({ address, ofPerson, chosen, ofBox }: Wishes): Spoken {
  return isSpoken(address) ? address : (ofPerson ?? chosen ?? ofBox ?? "en");
}

/** Speaks what is wanted now; a language that cannot be had is said, and the screen speaks on as before. */
export async function speakWanted(): Promise<void> {
  const address = new URLSearchParams(location.search).get("lang");
  const wanted = wantedLanguage({
    ...{ address, ofPerson: languageOfPerson.get() },
    ...{ chosen: chosenLanguage.get(), ofBox: languageOfBox.get() },
  });
  try {
    await speak(wanted);
    languageFailed.set(false);
  } catch {
    languageFailed.set(true);
  }
}
