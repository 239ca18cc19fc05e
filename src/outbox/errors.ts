export type OutboxErrorCode = "unknown-delivery" | "unknown-node" | "not-now" | "no-other-encoding";

export class OutboxError extends Error {
  readonly code: OutboxErrorCode;
  constructor(code: OutboxErrorCode, message: string) {
    super(message);
    this.name = "OutboxError";
    this.code = code;
  }
}
