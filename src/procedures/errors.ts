export type ProcedureErrorCode =
  | "unknown-procedure"
  | "unknown-capture"
  | "unknown-worklist-item"
  | "procedure-open"
  | "procedure-not-open"
  | "already-released"
  | "no-patient"
  | "different-patients"
  | "still-recording"
  | "not-recording"
  | "not-saved-yet"
  | "unknown-source"
  | "file-removed"
  | "not-a-clip"
  | "outside-clip"
  | "bad-request";

/** The message is for the person at the screen and says what to do. */
export class ProcedureError extends Error {
  readonly code: ProcedureErrorCode;
  constructor(code: ProcedureErrorCode, message: string) {
    super(message);
    this.name = "ProcedureError";
    this.code = code;
  }
}
