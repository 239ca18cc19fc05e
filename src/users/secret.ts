import { hash, randomBytes, randomInt } from "node:crypto";
import { isEasy } from "./pin.ts";

/** A random secret that is kept only as its hash: 256 bits, so that no salt and no slow hash are needed. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of a secret. */
export const secretHash = (secret: string): string => hash("sha256", secret);

/** Whether a text may be such a secret at all: nothing longer is ever hashed. */
export const isSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);

/** `user-1f…`: says in the audit what it is. */
export const newId = (kind: "user" | "token"): string => `${kind}-${randomBytes(8).toString("hex")}`;

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Fifty bits to be typed by hand: no letter that looks like a digit (Crockford's base 32). */
export function newSetupCode(): string {
  const code = Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join("");
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** A code as it was meant, however it was typed. */
export const typedCode = (text: string): string =>
  text.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");

/** A PIN that nobody chose; never one that is tried first. */
export function newPin(): string {
  const pin = Array.from({ length: 8 }, () => randomInt(10)).join("");
  return isEasy(pin) ? newPin() : pin;
}
