/** Users, their roles and PINs, sessions and tokens of scripts: the public face of this room. */
import { timingSafeEqual } from "node:crypto";
import { recordAudit } from "../audit/audit.ts";
import type { Clock } from "../lib/clock.ts";
import type { Database } from "../store/store.ts";
import { AccessTokens } from "./access-tokens.ts";
import { Accounts, type UserChange as Change, type NewUser } from "./accounts.ts";
import { AddressTries } from "./address-tries.ts";
import { UsersError } from "./errors.ts";
import { lockLeftMs, waitWords } from "./lockout.ts";
import type { Identity } from "./roles.ts";
import { newSetupCode, secretHash, typedCode } from "./secret.ts";
import type { SessionLimits } from "./session-rules.ts";
import { Sessions } from "./sessions.ts";
import { SignIns, type SignInTry } from "./sign-ins.ts";
import { Turns } from "./turns.ts";
import type { User } from "./user-rows.ts";

export type { AccessToken, TokenRole } from "./access-tokens.ts";
export { UsersError, type UsersErrorCode } from "./errors.ts";
export { type Action, actions, mayDo, refusalOf, type SiteRules, whoMay } from "./permissions.ts";
export { type Preferences, type PressAction, pressActions } from "./preferences.ts";
export { type Identity, type Role, roles } from "./roles.ts";
export { newPin } from "./secret.ts";
export type { User } from "./user-rows.ts";

export interface UsersOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly sessions: SessionLimits;
}

/** A person who has just signed in, and the token for their browser. */
export interface SignedIn {
  readonly token: string;
  readonly user: User;
}

/** The first administrator, and what shows that the box is in their hands. */
export interface FirstAdministrator extends NewUser {
  /** They are at the box's own screen. */
  readonly isAtBox: boolean;
  readonly code?: string | undefined;
  readonly address: string;
}

export class Users {
  readonly accounts: Accounts;
  readonly tokens: AccessTokens;
  /** Printed where only who has the box can read it; good until the first administrator is set. */
  readonly setupCode = newSetupCode();
  readonly #options: UsersOptions;
  readonly #sessions: Sessions;
  readonly #signIns: SignIns;
  readonly #addresses = new AddressTries();

  constructor(options: UsersOptions) {
    const { database, clock } = options;
    const turns = new Turns();
    this.#options = options;
    this.accounts = new Accounts({ database, clock, turns });
    this.tokens = new AccessTokens(database, clock);
    this.#sessions = new Sessions({ database, clock, limits: options.sessions });
    this.#signIns = new SignIns({ database, clock, turns, addresses: this.#addresses });
  }

  /** A session ends when nobody touched the screen for so long. */
  get idleMs(): number {
    return this.#options.sessions.idleMs;
  }

  /** Sets the first administrator and signs them in. Throws UsersError, "already-set-up" when there is anybody. */
  async setUp(first: FirstAdministrator): Promise<SignedIn> {
    if (this.accounts.isSetUp()) throw new UsersError("already-set-up", "This box has an administrator already.");
    if (!first.isAtBox) this.#checkCode(first.code ?? "", first.address);
    const roles = [...new Set([...first.roles, "administrator" as const])];
    const user = await this.accounts.make({ ...first, roles }, null, true);
    return this.#begin(user.id, first.address);
  }

  /** Signs somebody in by their PIN. Throws UsersError. */
  async signIn(given: SignInTry): Promise<SignedIn> {
    await this.#signIns.prove(given);
    return this.#begin(given.userId, given.address);
  }

  /** Changes one's own PIN; a wrong old one counts as a wrong try. Throws UsersError. */
  async changePin(given: SignInTry & { readonly newPin: string; readonly token: string }): Promise<void> {
    await this.#signIns.prove(given);
    await this.accounts.changeOwnPin(given.userId, given.newPin, given.token);
  }

  /** Who has this session; null: nobody. */
  bySession(token: string): Identity | null {
    return this.#sessions.identify(token);
  }

  /** A person did something: their session goes on. */
  touch(token: string): void {
    this.#sessions.touch(token);
  }

  /** What people call the user or token of this id; undefined: neither. */
  nameOf(actor: string): string | undefined {
    const sql =
      "SELECT display_name AS name FROM user WHERE id = ? UNION ALL SELECT name FROM access_token WHERE id = ?";
    const row = this.#options.database.prepare(sql).get(actor, actor);
    return row === undefined ? undefined : String(row.name);
  }

  /** Ends a session; harmless where it has ended. */
  signOut(token: string): void {
    const { database, clock } = this.#options;
    const identity = this.#sessions.identify(token);
    database.transaction(() => {
      if (!this.#sessions.end(token) || identity === null) return;
      const { actor } = identity;
      recordAudit(database, { at: clock(), actor, action: "sign-out", subjectKind: "user", subjectId: actor });
    });
  }

  #begin(userId: string, address: string): SignedIn {
    const { database, clock } = this.#options;
    return database.transaction(() => {
      const user = this.accounts.get(userId);
      // Disabled while the PIN was being compared.
      if (user.isDisabled) throw new UsersError("wrong-pin", "This user may not sign in any more.");
      const token = this.#sessions.begin(userId);
      const row = { at: clock(), actor: userId, action: "sign-in", subjectKind: "user", subjectId: userId } as const;
      recordAudit(database, { ...row, detail: { address } });
      return { token, user };
    });
  }

  #checkCode(typed: string, address: string): void {
    const { clock } = this.#options;
    const leftMs = this.#addresses.lockLeftMs(address, clock());
    if (leftMs > 0) {
      const message = `Too many wrong codes were tried here. Try again in ${waitWords(leftMs)}.`;
      throw new UsersError("sign-in-locked", message, { waitMs: leftMs });
    }
    const [given, wanted] = [typed, this.setupCode].map((code) => Buffer.from(secretHash(typedCode(code))));
    if (given !== undefined && wanted !== undefined && timingSafeEqual(given, wanted)) return;
    if (typed !== "") this.#addresses.note(address, clock());
    const message =
      "Set the first administrator at the screen of the box itself, or type the code that the box wrote into its log when it started.";
    throw new UsersError("wrong-setup-code", message);
  }
}

/** How long a user's lock still holds, for a list of users. */
export const userLockLeftMs = ({ lockedAt, lockedMs }: User, now: number): number =>
  Math.min(lockedMs, lockLeftMs({ failures: 0, failedAt: null, lockedAt, lockedMs }, now));

export type { Change as UserChange, NewUser };
