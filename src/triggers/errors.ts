export type TriggerErrorCode =
  | "unknown-trigger"
  | "triggers-off"
  | "already-learning"
  | "nothing-pressed"
  | "learning-cancelled"
  | "several-keys"
  | "too-many-triggers";

/** The message is for the person at the screen and says what to do. */
export class TriggerError extends Error {
  readonly code: TriggerErrorCode;
  constructor(code: TriggerErrorCode, message: string) {
    super(message);
    this.name = "TriggerError";
    this.code = code;
  }
}
