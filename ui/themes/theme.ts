import { Remembered } from "../lib/remembered.ts";

export const THEMES = ["dark", "bright"] as const;
export type Theme = (typeof THEMES)[number];

export const parseTheme = (text: string): Theme | null => THEMES.find((theme) => theme === text) ?? null;

/** What was chosen on this browser. */
export const chosenTheme = new Remembered("theme", parseTheme);

/** What the box's settings last said, so that a bright screen does not begin dark each time. */
export const themeOfBox = new Remembered("theme-of-box", parseTheme);

export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}
