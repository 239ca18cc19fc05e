import { useEffect } from "react";
import type { Health } from "../../src/api/schemas.ts";
import type { User } from "../../src/api/schemas-people.ts";
import { panelInches, setMillimetres } from "../lib/millimetres.ts";
import { useStore } from "../lib/store.ts";
import { chosenTheme, showTheme, type Theme, themeOfBox } from "../themes/theme.ts";

type OfBox = Health["screen"];
type OfPerson = User["preferences"];

export interface Display {
  readonly theme: Theme;
  /** Of the panel's diagonal; null: nobody said, a likely one is taken. */
  readonly inches: number | null;
  /** On which side CAPTURE is wanted; null: nobody said, it is where reading ends. */
  readonly hand: "left" | "right" | null;
}

/**
 * How this screen looks: as whoever is signed in wants it, else as chosen on it, else as the box's settings say. Applies
 * it, too.
 */
export function useDisplay(ofBox: OfBox | undefined, ofPerson: OfPerson | undefined): Display {
  const [chosen, told] = [useStore(chosenTheme), useStore(themeOfBox)];
  const theme = ofPerson?.theme ?? chosen ?? ofBox?.theme ?? told ?? "dark";
  const inches = useStore(panelInches) ?? ofBox?.panelInches ?? null;
  useEffect(() => showTheme(theme), [theme]);
  useEffect(() => {
    const apply = (): void => setMillimetres(inches);
    apply();
    addEventListener("resize", apply);
    return () => removeEventListener("resize", apply);
  }, [inches]);
  const toldTheme = ofBox?.theme;
  useEffect(() => {
    if (toldTheme !== undefined) themeOfBox.choose(toldTheme);
  }, [toldTheme]);
  const hand = ofPerson?.hand ?? null;
  useEffect(() => {
    if (hand === null) delete document.documentElement.dataset.hand;
    else document.documentElement.dataset.hand = hand;
  }, [hand]);
  return { theme, inches, hand };
}
