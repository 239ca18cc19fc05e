/**
 * What went wrong between us and a DICOMweb server. `connect-failed`, `connect-timeout`, `timeout`, `closed-by-peer` and
 * `busy` are "not now"; `tls`, `unauthorised`, `forbidden`, `not-found` are settings, here or there; `too-large` is the
 * request (HTTP 413); `status` any other HTTP status; `protocol` an answer that cannot be one; `file-unreadable` is ours.
 */
export type DicomWebErrorCode =
  | "connect-failed"
  | "connect-timeout"
  | "tls"
  | "unauthorised"
  | "forbidden"
  | "not-found"
  | "timeout"
  | "closed-by-peer"
  | "too-large"
  | "busy"
  | "protocol"
  | "status"
  | "cancelled"
  | "file-unreadable";

export interface DicomWebErrorDetails extends ErrorOptions {
  readonly httpStatus?: number;
  /** What the server asked for by Retry-After, at most a day. */
  readonly retryAfterMs?: number | undefined;
  /** Which of the instances has the file that cannot be read. */
  readonly sopInstanceUid?: string | undefined;
}

export class DicomWebError extends Error {
  override readonly name = "DicomWebError";
  readonly code: DicomWebErrorCode;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly sopInstanceUid: string | undefined;

  constructor(code: DicomWebErrorCode, message: string, details: DicomWebErrorDetails = {}) {
    super(message, details);
    this.code = code;
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.sopInstanceUid = details.sopInstanceUid;
  }
}
