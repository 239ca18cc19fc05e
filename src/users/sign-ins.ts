import { recordAudit } from "../audit/audit.ts";
import type { Clock } from "../lib/clock.ts";
import type { Database } from "../store/store.ts";
import type { AddressTries } from "./address-tries.ts";
import { UsersError } from "./errors.ts";
import { afterFailure, lockLeftMs, noTries, triesNow, userLimits, waitWords } from "./lockout.ts";
import { isPin } from "./pin.ts";
import { hashPin, isOutdated, isPinOf } from "./pin-hash.ts";
import type { Turns } from "./turns.ts";
import { pinRow, setPin, setTries } from "./user-rows.ts";

export interface SignInsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly addresses: AddressTries;
}

/** A try at somebody's PIN; `address`: where it comes from. */
export interface SignInTry {
  readonly userId: string;
  readonly pin: string;
  readonly address: string;
}

const wrong = "This PIN is not right.";

/** Compares PINs, and locks after wrong ones. */
export class SignIns {
  readonly #options: SignInsOptions;

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  /**
   * Returns when it is the PIN of that user; throws UsersError "wrong-pin", "sign-in-locked" or "sign-in-busy". The same
   * work and the same words where there is no such user, or one who may not sign in.
   */
  async prove(given: SignInTry): Promise<void> {
    this.#refuseLockedAddress(given.address);
    // What has no PIN's form is no try at one: nothing is hashed and nobody locked for it.
    if (!isPin(given.pin)) throw new UsersError("wrong-pin", "A PIN is 4 to 12 digits.");
    await this.#options.turns.take(() => this.#prove(given));
  }

  /** Throws UsersError "sign-in-locked" where too many wrong tries came from there. */
  #refuseLockedAddress(address: string): void {
    const { addresses, clock } = this.#options;
    const leftMs = addresses.lockLeftMs(address, clock());
    if (leftMs > 0) throw locked("Too many wrong PINs were tried here.", leftMs);
  }

  async #prove({ userId, pin, address }: SignInTry): Promise<void> {
    const { database, clock } = this.#options;
    // Those before it in the queue may have locked this address or user by now.
    this.#refuseLockedAddress(address);
    const kept = pinRow(database, userId);
    const before = kept === undefined ? noTries : triesNow(kept.tries, clock(), userLimits);
    // A clock that was set back: the lock runs from now, also after a restart.
    if (kept !== undefined && before.lockedAt !== kept.tries.lockedAt) setTries(database, userId, before);
    const leftMs = lockLeftMs(before, clock());
    if (leftMs > 0) throw locked("Too many wrong PINs for this user.", leftMs);
    if (await isPinOf(kept?.pin, pin)) {
      const renewed = kept !== undefined && isOutdated(kept.pin) ? await hashPin(pin) : undefined;
      database.transaction(() => {
        if (renewed !== undefined) setPin(database, userId, renewed);
        if (before.failures > 0) setTries(database, userId, noTries);
      });
      return;
    }
    this.#fail(userId, address, kept === undefined ? null : before);
  }

  /** `before`: null where there is no such user. */
  #fail(userId: string, address: string, before: typeof noTries | null): never {
    const { database, clock, addresses } = this.#options;
    const at = clock();
    addresses.note(address, at);
    const after = before === null ? noTries : afterFailure(before, at, userLimits);
    const leftMs = lockLeftMs(after, at);
    database.transaction(() => {
      const row = { at, actor: "screen", subjectKind: "user", subjectId: userId } as const;
      recordAudit(database, { ...row, action: "sign-in-failed", detail: { address } });
      if (before === null) return;
      setTries(database, userId, after);
      if (leftMs > 0) recordAudit(database, { ...row, action: "user-locked", detail: { seconds: leftMs / 1000 } });
    });
    if (leftMs > 0) throw locked("Too many wrong PINs for this user.", leftMs);
    // Of a user who does not exist they never grow fewer; that such a one is never locked is no secret either.
    throw new UsersError("wrong-pin", wrong, { triesLeft: Math.max(1, userLimits.free - after.failures) });
  }
}

const locked = (why: string, leftMs: number): UsersError =>
  new UsersError("sign-in-locked", `${why} Try again in ${waitWords(leftMs)}.`, { waitMs: leftMs });
