import type { KeyEvent } from "./input-events.ts";

/** No person types so fast; scanners need 1 to 20 ms from key to key. */
const fastestPersonMs = 50;
const fewest = 4;
const most = 4096;

/** The keys of a US keyboard, which scanners pretend to be: code, plain and with shift (linux/input-event-codes.h). */
const rows: readonly (readonly [first: number, plain: string, shifted: string])[] = [
  [2, "1234567890-=", "!@#$%^&*()_+"],
  [16, "qwertyuiop[]", "QWERTYUIOP{}"],
  [30, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [43, "\\zxcvbnm,./", "|ZXCVBNM<>?"],
  [57, " ", " "],
  [55, "*", "*"],
  [71, "789-456+1230.", "789-456+1230."],
  [98, "/", "/"],
];
const characters = new Map(
  rows.flatMap(([first, plain, shifted]) =>
    [...plain].map((character, index) => [first + index, [character, shifted[index] ?? character]] as const),
  ),
);
const [leftShift, rightShift, leftControl, rightControl, leftAlt, rightAlt] = [42, 54, 29, 97, 56, 100];
const modifiers = new Set([leftShift, rightShift, leftControl, rightControl, leftAlt, rightAlt]);
const terminators = new Set([28, 96, 15]);

/** Shift, control or alt: a key that others are pressed with. */
export const isModifier = (code: number): boolean => modifiers.has(code);

/**
 * Makes the text of a scanner that types: at least 4 characters faster than a person, ended by Enter or Tab. Control
 * with a letter or `]`, and Alt with digits, are the control characters scanners send so: GS stays in the text.
 */
export class Wedge {
  readonly #held = new Set<number>();
  #text = "";
  #altDigits = "";
  #lastAtMs = Number.NEGATIVE_INFINITY;

  /** The text, when this key ended one. */
  key({ code, edge, atMs }: KeyEvent): string | undefined {
    if (edge === "repeat") return undefined;
    if (modifiers.has(code)) {
      if (edge === "down") this.#held.add(code);
      else this.#held.delete(code);
      if (edge === "up" && (code === leftAlt || code === rightAlt)) this.#endAlt(atMs);
      return undefined;
    }
    if (edge === "up") return undefined;
    const isTerminator = terminators.has(code);
    const isFast = atMs - this.#lastAtMs <= fastestPersonMs && atMs >= this.#lastAtMs;
    if (!isFast) this.#text = "";
    this.#lastAtMs = atMs;
    if (isTerminator) {
      const text = this.#text;
      this.#text = "";
      return text.length >= fewest && text.length <= most ? text : undefined;
    }
    const character = this.#character(code);
    if (character === undefined) this.#text = "";
    else if (this.#text.length <= most) this.#text += character;
    return undefined;
  }

  /** What was held or half typed is not known any more. */
  forget(): void {
    this.#held.clear();
    this.#text = "";
    this.#altDigits = "";
  }

  #character(code: number): string | undefined {
    const pair = characters.get(code);
    if (pair === undefined) return undefined;
    const [plain, shifted] = pair;
    const has = (left: number, right: number): boolean => this.#held.has(left) || this.#held.has(right);
    if (has(leftAlt, rightAlt)) {
      if (!/[0-9]/.test(plain) || this.#altDigits.length >= 4) return undefined;
      this.#altDigits += plain;
      return "";
    }
    if (has(leftControl, rightControl)) {
      // As a terminal does: the lower five bits of the letter, `[`, `\` or `]`.
      return /[a-z[\\\]]/.test(plain) ? String.fromCharCode(plain.toUpperCase().charCodeAt(0) & 0x1f) : undefined;
    }
    return has(leftShift, rightShift) ? shifted : plain;
  }

  #endAlt(atMs: number): void {
    const value = Number(this.#altDigits);
    if (this.#altDigits !== "" && value > 0 && value < 256) this.#text += String.fromCharCode(value);
    this.#altDigits = "";
    this.#lastAtMs = atMs;
  }
}
