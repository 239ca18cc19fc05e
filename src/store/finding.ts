/** One way in which the store is not as it must be. `subject` is an id or a file, never a patient. */
export interface CheckFinding {
  readonly invariant: string;
  readonly subject: string;
  readonly message: string;
}
