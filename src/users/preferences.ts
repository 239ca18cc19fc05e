import type { ScreenLanguage } from "../lib/screen-languages.ts";

/** What a press of a pedal or button may do. */
export const pressActions = ["still", "clip", "keep-last", "marker"] as const;

export type PressAction = (typeof pressActions)[number];

/** What a user wants of the box; it goes with them, and with the surgeon who is chosen as performing physician. */
export interface Preferences {
  /** What their presses do instead of what the pedal was taught: by what it was taught. */
  readonly pedal?: Readonly<Partial<Record<PressAction, PressAction | undefined>>> | undefined;
  /** The hand that presses: on which side the buttons are. */
  readonly hand?: "left" | "right" | undefined;
  readonly theme?: "dark" | "bright" | undefined;
  readonly language?: ScreenLanguage | undefined;
}
