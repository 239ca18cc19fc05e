/**
 * What went wrong between us and the peer. Which of them a retry may heal is the caller's table:
 * `connect-*`, `tls` (the message says whose certificate), `rejected-transient`, `aborted-by-peer`, `closed-by-peer` and `timeout` are "not now";
 * `rejected-permanent` and `context-refused` are settings; `status` carries the peer's final DIMSE status.
 */
export type DimseErrorCode =
  | "connect-failed"
  | "connect-timeout"
  | "tls"
  | "rejected-permanent"
  | "rejected-transient"
  | "context-refused"
  | "aborted-by-peer"
  | "closed-by-peer"
  | "timeout"
  | "protocol"
  | "cancelled"
  | "status"
  | "file-unreadable"
  | "invalid-request";

export interface DimseErrorDetails extends ErrorOptions {
  /** DIMSE status of the peer's answer (PS3.7 Annex C), for code `status`. */
  readonly status?: number;
}

export class DimseError extends Error {
  override readonly name = "DimseError";
  readonly code: DimseErrorCode;
  readonly status: number | undefined;

  constructor(code: DimseErrorCode, message: string, details: DimseErrorDetails = {}) {
    super(message, details);
    this.code = code;
    this.status = details.status;
  }
}

/** The error itself when it is ours, or one of ours around it: whatever leaves this room is a DimseError. */
export function asDimseError(reason: unknown, code: DimseErrorCode, message: string): DimseError {
  return reason instanceof DimseError ? reason : new DimseError(code, message, { cause: reason });
}
