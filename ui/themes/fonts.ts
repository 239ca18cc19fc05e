/** Greek, Cyrillic and Latin: what the screen itself is written in, nearly always. */
import "@fontsource-variable/noto-sans/wght.css";

/** Names may be in any script: a part of a font is loaded when the first character of it is shown, and only from the box. */
export function knowOtherScripts(): void {
  void import("./fonts-of-names.ts");
}
