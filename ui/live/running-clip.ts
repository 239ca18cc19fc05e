import type { Capture } from "../../src/api/schemas.ts";

/** What the box is recording, of what it listed and what our own presses were answered: those are quicker than its list. */
export function runningClip<T extends Pick<Capture, "id" | "progress">>(
  captures: readonly T[],
  answered: readonly T[],
  recordingId: string | null,
): T | null {
  const isRunning = ({ progress }: T): boolean => progress === "recording";
  // The last seconds that are being written are not saved yet either: what the source records comes first.
  const known = captures.find(({ id }) => id === recordingId) ?? captures.find(isRunning);
  if (known) return isRunning(known) ? known : null;
  const listed = new Set(captures.map(({ id }) => id));
  return answered.find((clip) => isRunning(clip) && !listed.has(clip.id)) ?? null;
}
