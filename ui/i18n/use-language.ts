import { useEffect } from "react";
import { useStore } from "../lib/store.ts";
import { chosenLanguage, languageOfBox, languageOfPerson, speakWanted } from "./choice.ts";
import { useSpoken } from "./i18n.ts";
import { directionOf, type Language } from "./languages.ts";

/**
 * The screen speaks what whoever is signed in wants, else what was chosen on it, else what the box's settings say. At the root of all that is shown: everything
 * below is drawn again in another language, and stays as it stands.
 */
export function useLanguage(ofBox: Language | undefined, ofPerson: Language | undefined): void {
  const spoken = useSpoken();
  const wishes = [useStore(languageOfPerson), useStore(chosenLanguage), useStore(languageOfBox)].join(" ");
  useEffect(() => {
    if (ofBox !== undefined) languageOfBox.choose(ofBox);
  }, [ofBox]);
  useEffect(() => languageOfPerson.set(ofPerson ?? null), [ofPerson]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads the wishes itself
  useEffect(() => void speakWanted(), [wishes]);
  useEffect(() => {
    document.documentElement.lang = spoken === "pseudo" ? "en" : spoken;
    document.documentElement.dir = directionOf(spoken);
  }, [spoken]);
}
