/** What can go wrong with DICOM bytes and attributes. */
export type DicomErrorCode =
  | "unencodable-text"
  | "unknown-keyword"
  | "wrong-value"
  | "malformed"
  | "invalid-data-set"
  | "invalid-uid"
  | "unsupported"
  | "too-large"
  | "size-mismatch";

/** The message names keywords and limits, never values: it may be shown and logged. */
export class DicomError extends Error {
  readonly code: DicomErrorCode;

  constructor(code: DicomErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DicomError";
    this.code = code;
  }
}
