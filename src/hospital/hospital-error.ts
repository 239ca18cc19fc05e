export type HospitalErrorCode = "not-a-uid" | "incomplete" | "disk" | "worklist-full" | "directory";

/** What the simulated hospital itself cannot do; never a fault that it was told to show. */
export class HospitalError extends Error {
  override readonly name = "HospitalError";
  readonly code: HospitalErrorCode;

  constructor(code: HospitalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
