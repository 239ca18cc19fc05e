import { useEffect } from "react";
import { useStore } from "../lib/store.ts";
import { chosenLanguage, languageOfBox, speakWanted } from "./choice.ts";
import { useSpoken } from "./i18n.ts";
import { directionOf, type Language } from "./languages.ts";

/**
 * The screen speaks what was chosen on it, else what the box's settings say. At the root of all that is shown: everything
 * below is drawn again in another language, and stays as it stands.
 */
export function useLanguage(ofBox: Language | undefined): void {
  const spoken = useSpoken();
  const wishes = [useStore(chosenLanguage), useStore(languageOfBox)].join(" ");
  useEffect(() => {
    if (ofBox !== undefined) languageOfBox.choose(ofBox);
  }, [ofBox]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads the wishes itself
  useEffect(() => void speakWanted(), [wishes]);
  useEffect(() => {
    document.documentElement.lang = spoken === "pseudo" ? "en" : spoken;
    document.documentElement.dir = directionOf(spoken);
  }, [spoken]);
}
