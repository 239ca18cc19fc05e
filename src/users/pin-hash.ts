import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";

/** RFC 9106, with the memory that OWASP asks of small machines; KiB. One takes a tenth of a second of one core here. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const tagBytes = 32;
const saltBytes = 16;
/** A row that somebody tampered with makes the box neither run out of memory nor stand still. */
const mostMemory = 262_144;
const mostPasses = 10;

/** A PIN as it is kept: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, so that the cost may grow with the machines. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const tag = await argon2id({ ...cost, message: pin, nonce: salt, tagLength: tagBytes });
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** Whether it is this PIN; the same work for a wrong one. `kept` undefined: nobody's, with the work all the same. */
export async function isPinOf(kept: string | undefined, pin: string): Promise<boolean> {
  const parsed = parametersOf(kept);
  if (parsed === undefined) return false;
  const { tag, ...parameters } = parsed;
  const found = await argon2id({ ...parameters, message: pin, tagLength: tag.length });
  return timingSafeEqual(found, tag) && kept !== undefined;
}

/** Whether it was made with less work than is asked for now. */
export const isOutdated = (kept: string): boolean => {
  const { memory, passes, parallelism } = cost;
  return !kept.startsWith(`$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`);
};

const base64 = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(randomBytes(saltBytes))}$${base64(randomBytes(tagBytes))}`;

/** What it takes to compare with what is kept; undefined: that is no PIN of ours. Nobody's takes what a new one does. */
export function parametersOf(kept: string = nobody) {
  const form = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=([1-4])\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
  const found = form.exec(kept);
  if (found === null) return undefined;
  const [, memory, passes, parallelism, salt, tag] = found;
  const parameters = {
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    nonce: Buffer.from(salt ?? "", "base64"),
    tag: Buffer.from(tag ?? "", "base64"),
  };
  const isBounded =
    parameters.memory >= 8 * parameters.parallelism &&
    parameters.memory <= mostMemory &&
    parameters.passes >= 1 &&
    parameters.passes <= mostPasses;
  return isBounded ? parameters : undefined;
}

function argon2id(parameters: Argon2Parameters): Promise<Buffer> {
  return new Promise((done, failed) => {
    argon2("argon2id", parameters, (error, tag) => (error === null ? done(tag) : failed(error)));
  });
}
