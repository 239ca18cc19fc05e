export type UsersErrorCode =
  | "administrator-needed"
  | "not-signed-in"
  | "not-allowed"
  | "already-set-up"
  | "wrong-setup-code"
  | "wrong-pin"
  | "sign-in-locked"
  | "sign-in-busy"
  | "unfit-pin"
  | "unfit-name"
  | "name-taken"
  | "unknown-user"
  | "unknown-token"
  | "last-administrator"
  | "too-many-users"
  | "too-many-tokens";

/** A refusal in words for the person at the screen. */
export class UsersError extends Error {
  readonly code: UsersErrorCode;
  /** Of a lock: how long it still holds. */
  readonly waitMs: number | undefined;
  /** Of a wrong PIN: how many more may be wrong before the user is locked. */
  readonly triesLeft: number | undefined;
  constructor(code: UsersErrorCode, message: string, more: { waitMs?: number; triesLeft?: number } = {}) {
    super(message);
    this.name = "UsersError";
    this.code = code;
    this.waitMs = more.waitMs;
    this.triesLeft = more.triesLeft;
  }
}
