import { createHash, randomBytes, randomUUID } from "node:crypto";
import { DicomError } from "./error.ts";

/** Whether a text is a UID: at most 64 characters, components without leading zeros, PS3.5 9.1. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^[0-2](\.(0|[1-9]\d*))+$/.test(text);
}

/**
 * A new UID: a random UUID as a decimal under `2.25.` (PS3.5 B.2), or under the site's own root, with all the random
 * digits that fit (at most 39, at least 20). Throws DicomError `invalid-uid` for a root that is none or too long.
 */
export function newUid(root?: string): string {
  if (root === undefined) return `2.25.${decimal(randomUUID().replaceAll("-", ""))}`;
  const digits = Math.min(64 - root.length - 1, 39);
  if (!isUid(root) || digits < 20) {
    throw new DicomError(
      "invalid-uid",
      "The UID root must be a UID of at most 43 characters, without a dot at its end.",
    );
  }
  // 17 bytes are 40 or more digits but for one in 10^14; a zero in front would not be a component.
  const random = decimal(randomBytes(17).toString("hex")).padStart(39, "1").slice(-digits).replace(/^0/, "1");
  return `${root}.${random}`;
}

/**
 * The UID itself where it is one. What only nearly is (`1.2.03`) gives a UID under `2.25.`, the same each time: it
 * cannot be written, and all instances of a study must still agree on what replaces it. Text that is not even digits
 * and dots (`UNKNOWN`) gives `""`: two patients may have the same, so it names nothing.
 */
export function wellFormedUid(text: string): string {
  const trimmed = text.slice(0, 1024).replaceAll("\0", " ").trim();
  if (isUid(trimmed)) return trimmed;
  return /^\d+(\.\d+)+$/.test(trimmed) ? derivedUid(trimmed) : "";
}

/** A UID under `2.25.` made from a text: the same text, the same UID. */
export function derivedUid(text: string): string {
  const bytes = createHash("sha256").update(`scopeline uid ${text}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80; // version 8 and variant of RFC 9562: a UUID made from other data
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${decimal(bytes.toString("hex"))}`;
}

function decimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}
