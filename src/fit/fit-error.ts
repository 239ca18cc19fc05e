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
