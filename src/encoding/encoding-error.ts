export type EncodingErrorCode = "too-large" | "unreadable" | "encoder" | "disk" | "wrong-kind";

/** Why a capture could not be made into what a node needs. The message is for the person at the screen. */
export class EncodingError extends Error {
  readonly code: EncodingErrorCode;

  constructor(code: EncodingErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "EncodingError";
    this.code = code;
  }
}

/** The same where a person asked for something of a clip and waits for it: nothing is tried again by itself. */
export function asClipToolError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof EncodingError) return error;
  const known = asEncodingError(error, signal);
  if (!(known instanceof EncodingError) || known.code === "unreadable") return known;
  return known.code === "disk"
    ? new EncodingError("disk", "The disk has no room for this: nothing was made. Call your technician.", error)
    : new EncodingError("encoder", "Nothing could be made of this clip, which is kept as it is. Try again.", error);
}

/** Tells a full disk from an encoder that failed; ffmpeg says it in words only. An aborted signal's reason stays itself. */
export function asEncodingError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof EncodingError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|EDQUOT|No space left/i.test(text)) {
    return new EncodingError(
      "disk",
      "The disk has no room to encode this capture. Make room; it is tried again.",
      error,
    );
  }
  if (error instanceof Error && "syscall" in error && /^(open|stat|read)$/.test(String(error.syscall))) {
    return new EncodingError("unreadable", "A file of this capture cannot be read. Call technical service.", error);
  }
  return new EncodingError(
    "encoder",
    "This capture could not be encoded as the archive needs it. The original is kept; call technical service.",
    error,
  );
}
