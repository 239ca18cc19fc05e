import { directionOf, type Spoken } from "./languages.ts";

/** Of parts whose order says something, as those of a date: in the order in which the language is read. */
export function inOrder(text: string, spoken: Spoken): string {
  return directionOf(spoken) === "rtl" ? `\u2067${text}\u2069` : text;
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE: Unicode Bidirectional Algorithm (UAX #9) 2.4. */
const isolate = (text: string): string => `\u2068${text}\u2069`;

/**
 * A name, an ID or a number in a sentence, so that neither changes the order of the other's characters. Only where the
 * two directions can meet: elsewhere the text stays as it is.
 */
export function isolated(text: string, spoken: Spoken): string {
  return directionOf(spoken) === "rtl" || RIGHT_TO_LEFT.test(text) ? isolate(text) : text;
}
