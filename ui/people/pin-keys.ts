/** What was typed of a PIN, by a finger, a keyboard, or a scanner that plays one. */
export interface TypedPin {
  readonly digits: string;
  /** When the last key of a keyboard came, in ms. */
  readonly at: number;
  /** Keys come faster than fingers are: a scanner. None of it counts until it is quiet again. */
  readonly isScan: boolean;
}

export const LEAST_DIGITS = 4;
export const MOST_DIGITS = 12;

/** Between two keys of a scanner; fingers take more than twice as long. */
const SCAN_GAP_MS = 30;
const SCAN_OVER_MS = 300;

export const nothingTyped: TypedPin = { digits: "", at: Number.NEGATIVE_INFINITY, isScan: false };

/** With one more digit, `erase` without the last one. What is longer than any PIN stays as it is. */
export function withKey(typed: TypedPin, key: string): TypedPin {
  if (key === "erase") return { ...typed, digits: typed.digits.slice(0, -1) };
  return typed.digits.length >= MOST_DIGITS ? typed : { ...typed, digits: typed.digits + key };
}

/** What a key of a keyboard does. `isDone`: Enter, by a hand, on enough digits. */
export function afterKeyboard(typed: TypedPin, key: string, at: number): TypedPin & { readonly isDone: boolean } {
  const gap = at - typed.at;
  if (gap < (typed.isScan ? SCAN_OVER_MS : SCAN_GAP_MS)) return { digits: "", at, isScan: true, isDone: false };
  const now: TypedPin = { ...typed, at, isScan: false };
  if (key === "Enter") return { ...now, isDone: isLongEnough(now) };
  if (key === "Backspace") return { ...withKey(now, "erase"), isDone: false };
  return { ...(/^[0-9]$/.test(key) ? withKey(now, key) : now), isDone: false };
}

export const isLongEnough = ({ digits }: TypedPin): boolean => digits.length >= LEAST_DIGITS;
