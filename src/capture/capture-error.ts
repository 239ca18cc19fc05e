export type CaptureErrorCode =
  | "no-signal"
  | "unknown-source"
  | "already-recording"
  | "not-recording"
  | "nothing-recorded"
  | "no-look-back"
  | "disk"
  | "encoder"
  | "busy"
  | "refused"
  | "stopped";

/** Why a press kept nothing. The message is for the person at the screen. */
export class CaptureError extends Error {
  readonly code: CaptureErrorCode;

  constructor(code: CaptureErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CaptureError";
    this.code = code;
  }
}
