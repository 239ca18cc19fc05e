import { expect, it } from "vitest";
import { isOutdated, parametersOf } from "./pin-hash.ts";

const text = (bytes: number): string => Buffer.alloc(bytes, 1).toString("base64").replaceAll("=", "");
const current = `$argon2id$v=19$m=19456,t=2,p=1$${text(16)}$${text(32)}`;

it("somebody who does not exist costs the same work as a wrong PIN", () => {
  const workOf = (kept?: string) => {
    const { nonce, tag, ...cost } = parametersOf(kept) ?? expect.unreachable();
    return { ...cost, salt: nonce.length, tag: tag.length };
  };
  expect(isOutdated(current)).toBe(false);
  expect(workOf()).toEqual(workOf(current));
});

it.each([
  ["nothing", ""],
  ["more memory than the box has", current.replace("m=19456", "m=9999999")],
  ["more passes than anybody waits for", current.replace("t=2", "t=99")],
  ["less memory than argon2 takes", current.replace("m=19456", "m=1")],
  ["another algorithm", current.replace("argon2id", "argon2d")],
  ["half a hash", current.slice(0, -30)],
])("%s is compared with nothing", (_name, kept) => {
  expect(parametersOf(kept)).toBeUndefined();
});
