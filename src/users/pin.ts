import { UsersError } from "./errors.ts";

const mustBe = "A PIN is 4 to 12 digits.";

/** Throws UsersError "unfit-pin" for what is no PIN, or one that is tried first. ASCII digits only. */
export function checkNewPin(pin: string): void {
  if (!isPin(pin)) throw new UsersError("unfit-pin", mustBe);
  if (isEasy(pin)) throw new UsersError("unfit-pin", "This PIN is one of those that are tried first. Choose another.");
}

/** Whether it has the form of a PIN: nothing else is ever hashed. */
export const isPin = (text: string): boolean => /^[0-9]{4,12}$/.test(text);

/** One digit again and again, a run (also over 9 to 0), or two digits in turns. */
export function isEasy(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = new Set(digits.slice(1).map((digit, index) => (digit - (digits[index] ?? 0) + 10) % 10));
  const isInTurns = digits.every((digit, index) => index < 2 || digit === digits[index - 2]);
  return (steps.size === 1 && [0, 1, 9].includes([...steps][0] ?? -1)) || isInTurns;
}
