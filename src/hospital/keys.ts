import type { Elements } from "./matching.ts";

/**
 * The identifier of a C-FIND request as text and sequences. dcmjs gives names as `[{ Alphabetic, Ideographic,
 * Phonetic }]`, several values as arrays, one value as itself, and a `_vrMap` of its own.
 */
export function keysOf(naturalized: unknown): Elements {
  const keys: Record<string, string | readonly Elements[]> = {};
  for (const [keyword, value] of Object.entries(asRecord(naturalized))) {
    if (/^[A-Z]/.test(keyword)) keys[keyword] = keyOf(value);
  }
  return keys;
}

function keyOf(value: unknown): string | readonly Elements[] {
  if (Array.isArray(value)) {
    const entries: unknown[] = [...value];
    if (entries.some((entry) => typeof entry === "object" && !isName(entry))) return entries.map(keysOf);
    // An empty sequence and an empty name look the same; both match everything.
    return entries.length === 0 ? [] : entries.map(textOf).join("\\");
  }
  return isName(value) || typeof value !== "object" ? textOf(value) : [keysOf(value)];
}

function isName(value: unknown): boolean {
  const record = asRecord(value);
  return ["Alphabetic", "Ideographic", "Phonetic"].some((group) => group in record);
}

function textOf(value: unknown): string {
  if (!isName(value)) return String(value ?? "").trim();
  const { Alphabetic = "", Ideographic = "", Phonetic = "" } = asRecord(value);
  return [Alphabetic, Ideographic, Phonetic].map(String).join("=").replace(/=+$/, "").trim();
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
