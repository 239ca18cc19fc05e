/** A video device that is named by what it is: waited for while it is not plugged in, and missed when it goes. */
import { setTimeout as sleep } from "node:timers/promises";

/** The device node it is now, or in words why there is none. */
export type FindDevice = () => Promise<{ readonly device: string } | { readonly problem: string }>;

const lookEveryMs = 500;

/** The device node, as soon as there is one; null: the signal came first. `onMissing` gets the words for the screen. */
export async function whenPlugged(
  find: FindDevice,
  signal: AbortSignal,
  onMissing: (problem: string) => void,
  everyMs: number = lookEveryMs,
): Promise<string | null> {
  while (!signal.aborted) {
    const found = await find();
    if ("device" in found) return found.device;
    onMissing(found.problem);
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
  return null;
}

/** Calls `onGone` once the device is another one, or none, twice in a row: a driver may let go without telling a reader. */
export async function whenUnplugged(
  find: FindDevice,
  device: string,
  signal: AbortSignal,
  onGone: () => void,
  everyMs: number = lookEveryMs,
): Promise<void> {
  let misses = 0;
  while (misses < 2) {
    await sleep(everyMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const found = await find();
    misses = "device" in found && found.device === device ? 0 : misses + 1;
  }
  if (!signal.aborted) onGone();
}
