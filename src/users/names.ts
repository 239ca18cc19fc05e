import { UsersError } from "./errors.ts";

const mostLetters = 64;
/** Control characters, lone surrogates, what is not assigned, and marks that turn the order of letters around. */
const unfit = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/** A name to show, as it is kept. Throws UsersError "unfit-name". */
export function displayNameOf(text: string): string {
  const name = text.normalize("NFC").trim().replaceAll(/\s+/gu, " ");
  const letters = [...name].length;
  if (letters === 0 || letters > mostLetters || unfit.test(text)) {
    throw new UsersError("unfit-name", `A name is 1 to ${mostLetters} letters in one line.`);
  }
  return name;
}

/** What two names that a person would take for the same have in common. */
export const nameKeyOf = (displayName: string): string => displayName.normalize("NFKC").toLowerCase();

/** A surgeon's name for the archive, Family^Given (PN, PS3.5 6.2). Throws UsersError "unfit-name". */
export function physicianNameOf(text: string): string {
  const name = text.normalize("NFC").trim();
  const groups = name.split("=");
  const isFit = groups.length <= 3 && groups.every((group) => [...group].length <= mostLetters);
  if (!isFit || unfit.test(text) || /\\/.test(name) || /^[\^=\s]*$/.test(name)) {
    const message = "A performing physician's name is written Family^Given, at most 64 letters, without backslash.";
    throw new UsersError("unfit-name", message);
  }
  return name;
}
