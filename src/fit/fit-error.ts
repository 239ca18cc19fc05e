import { EncodingError } from "../encoding/encoding.ts";

export type FitErrorCode = "media" | "disk" | "no-address";

/** Why a fit test could not be made at all; the message is for the person at the screen. What a node does is no error. */
export class FitError extends Error {
  override readonly name = "FitError";
  readonly code: FitErrorCode;

  constructor(code: FitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Tells a full disk from ffmpeg that failed; an aborted signal's reason stays itself. */
export function asFitError(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return asDiskError(cause) ?? new FitError("media", couldNotBeMade, { cause });
}

/** A full disk in our words; undefined for everything else. */
export function asDiskError(cause: unknown): FitError | undefined {
  const isFull = cause instanceof EncodingError && cause.code === "disk";
  const text = cause instanceof Error ? cause.message : "";
  if (!isFull && !/ENOSPC|EDQUOT|No space left/i.test(text)) return undefined;
  const message = "The disk has no room for the pictures of a fit test. Make room, then try again.";
  return new FitError("disk", message, { cause });
}

const couldNotBeMade = "The pictures of a fit test could not be made. Is ffmpeg all right? See health.";
