import type { Capture } from "../../src/api/schemas.ts";

/** A STOP that was refused, or had no answer. */
export interface RefusedStop {
  readonly captureId: string;
  /** The open procedure at the press; undefined: the screen knew of none. */
  readonly procedureId: string | undefined;
  readonly code: string | null;
}

interface WhatIsNow {
  readonly procedureId: string | undefined;
  readonly captures: readonly Pick<Capture, "id" | "progress">[];
  /** The source on the screen records, or would go on with a recording. */
  readonly isGoingOn: boolean;
}

const isOwed = ({ progress }: Pick<Capture, "progress">): boolean =>
  progress === "recording" || progress === "rescuing" || progress === "not-saved-yet";

/** Whether what was said of a STOP is still so: what has been saved since is not "not saved yet", nor the next patient's matter. */
export function isStillSo(stop: RefusedStop, { procedureId, captures, isGoingOn }: WhatIsNow): boolean {
  if (stop.procedureId !== undefined && stop.procedureId !== procedureId) return false;
  switch (stop.code) {
    case "not-saved-yet": {
      const clip = captures.find(({ id }) => id === stop.captureId);
      // Not listed, or as it was: the box cannot read its database either.
      if (clip === undefined || isOwed(clip)) return true;
      // It went on in another clip, and that one is meant.
      return captures.some(({ progress }) => progress === "not-saved-yet");
    }
    case "unreachable":
      // It may have been done.
      return isGoingOn;
    default:
      return true;
  }
}
