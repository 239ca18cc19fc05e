import type { Capture } from "../../src/api/schemas.ts";
import type { Press } from "./presses.ts";

/** One place in the tray: a press the box has not answered yet, or a capture. */
export type TrayItem =
  | { readonly key: string; readonly press: Press }
  | { readonly key: string; readonly capture: Capture };

/** Newest first: presses still on their way, then what the box has. A capture is shown once, whoever told of it first. */
export function trayItems(presses: readonly Press[], captures: readonly Capture[]): TrayItem[] {
  const known = new Set(captures.map(({ id }) => id));
  const items: TrayItem[] = [];
  for (const press of presses) {
    if (press.state === "refused") continue;
    if (press.capture === undefined) items.push({ key: press.key, press });
    else if (!known.has(press.capture.id)) items.push({ key: press.capture.id, capture: press.capture });
  }
  const newestFirst = captures.toSorted((a, b) => b.number - a.number);
  return [...items, ...newestFirst.map((capture) => ({ key: capture.id, capture }))];
}

/**
 * Presses whose capture the box's own list shows by now: nothing to remember any more. A clip that begins is remembered
 * until its source says that it records it.
 */
export function settledKeys(presses: readonly Press[], captures: readonly Capture[]): string[] {
  const listed = new Map(captures.map(({ id, progress }) => [id, progress]));
  const isSettled = ({ capture, isNamed = false }: Press): boolean => {
    const progress = capture && listed.get(capture.id);
    return progress !== undefined && (isNamed || progress !== "recording");
  };
  return presses.filter(isSettled).map(({ key }) => key);
}

/** The number the next press will most likely have, for the words on the screen; the box decides. */
export function nextNumber(presses: readonly Press[], captures: readonly Pick<Capture, "number">[]): number {
  const numbers = captures.map(({ number }) => number);
  const waiting = presses.filter(({ state }) => state !== "refused").map(({ number }) => number);
  return Math.max(0, ...numbers, ...waiting) + 1;
}

/** What the red bar is about: presses that are late or refused, the oldest first. */
export function unsaved(presses: readonly Press[]): Press[] {
  return presses.filter(({ state }) => state === "late" || state === "refused").toReversed();
}
