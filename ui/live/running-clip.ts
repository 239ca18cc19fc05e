import type { Capture } from "../../src/api/schemas.ts";

/** What a source records: `clip` where the box has told of it, by its list or by the answer to our press. */
export interface RunningClip<T> {
  readonly id: string;
  readonly clip: T | undefined;
}

type Known = Pick<Capture, "id" | "progress" | "source">;

interface WhatIsKnown<T> {
  /** The source on the screen; only its own recording is ended by the button. */
  readonly source: { readonly id: string; readonly recordingCaptureId: string | null } | undefined;
  /** Of the open procedure, as the box listed them; older than the rest while the box cannot read its database. */
  readonly listed: readonly T[];
  /** Our own presses: the answer is quicker than the news of the source, which alone counts once it has named the clip. */
  readonly pressed: readonly { readonly capture?: T; readonly isNamed?: boolean }[];
}

/**
 * What is being recorded here. That the list calls a clip "recording" is no sign of it: a clip of before a power cut is
 * called so too. Only its source knows, or the answer to our own press until the source has said it.
 */
export function runningClip<T extends Known>({ source, listed, pressed }: WhatIsKnown<T>): RunningClip<T> | null {
  if (source === undefined) return null;
  const listedAs = (id: string): T | undefined => listed.find((clip) => clip.id === id);
  const { recordingCaptureId: id } = source;
  if (id !== null) {
    const clip = listedAs(id);
    // The news of a source may be older than the list.
    if (clip === undefined || !hasEnded(clip))
      return { id, clip: clip ?? pressed.find(({ capture }) => capture?.id === id)?.capture };
  }
  const isOurs = (one: T): boolean =>
    one.source === source.id && one.progress === "recording" && (listedAs(one.id) ?? one).progress === "recording";
  const clip = pressed.flatMap(({ capture, isNamed = false }) => (isNamed ? [] : (capture ?? []))).find(isOurs);
  return clip === undefined ? null : { id: clip.id, clip };
}

const hasEnded = ({ progress }: Known): boolean => progress !== "recording" && progress !== "rescuing";
