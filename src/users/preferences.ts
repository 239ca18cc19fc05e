import type { ScreenLanguage } from "../lib/screen-languages.ts";

/** What a user wants of the screen; it goes with them, and with the surgeon who is chosen as performing physician. */
export interface Preferences {
  /** The hand that presses: on which side the buttons are. */
  readonly hand?: "left" | "right" | undefined;
  readonly theme?: "dark" | "bright" | undefined;
  readonly language?: ScreenLanguage | undefined;
}
