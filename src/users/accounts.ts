import { recordAudit } from "../audit/audit.ts";
import type { Clock } from "../lib/clock.ts";
import type { Database } from "../store/store.ts";
import { UsersError } from "./errors.ts";
import { noTries } from "./lockout.ts";
import { displayNameOf, nameKeyOf, physicianNameOf } from "./names.ts";
import { checkNewPin } from "./pin.ts";
import { hashPin } from "./pin-hash.ts";
import type { Preferences } from "./preferences.ts";
import type { Role } from "./roles.ts";
import { newId } from "./secret.ts";
import { endSessionsOf } from "./sessions.ts";
import type { Turns } from "./turns.ts";
import {
  allUsers,
  countAdministrators,
  countUsers,
  pinRow,
  setPin,
  setRoles,
  setTries,
  type User,
  userById,
} from "./user-rows.ts";

/** What is said of a new user. */
export interface NewUser {
  readonly displayName: string;
  /** Needed of a surgeon. */
  readonly physicianName?: string | undefined;
  readonly roles: readonly Role[];
  readonly pin: string;
}

export interface UserChange {
  readonly displayName?: string | undefined;
  readonly physicianName?: string | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly isDisabled?: boolean | undefined;
}

export interface AccountsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly turns: Turns;
}

/** Users are disabled, never removed: the audit speaks of them. */
const mostUsers = 200;

/** Who there is, what they may be, and their PINs. `by`: who does it, for the audit. */
export class Accounts {
  readonly #options: AccountsOptions;

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  list(): User[] {
    return allUsers(this.#options.database);
  }

  /** Throws UsersError "unknown-user". */
  get(id: string): User {
    return userById(this.#options.database, id);
  }

  /** Those who may sign in. */
  active(): User[] {
    return this.list().filter(({ isDisabled }) => !isDisabled);
  }

  /** What the surgeon wants whose name stands as performing physician; nothing where that is none of ours, or two are. */
  wishesOf(physicianName: string): Preferences {
    if (physicianName === "") return {};
    const called = this.active().filter(
      (user) => user.physicianName === physicianName && user.roles.includes("surgeon"),
    );
    return called.length === 1 ? (called[0]?.preferences ?? {}) : {};
  }

  /** Whether anybody is there at all. */
  isSetUp(): boolean {
    return countUsers(this.#options.database) > 0;
  }

  /** Makes a user; as the first of all only where `isFirst`. `by` null: themselves. Throws UsersError. */
  async make(wanted: NewUser, by: string | null, isFirst = false): Promise<User> {
    const { database, clock, turns } = this.#options;
    const displayName = displayNameOf(wanted.displayName);
    const physicianName = fitPhysicianName(wanted.physicianName ?? "", wanted.roles);
    checkNewPin(wanted.pin);
    const pin = await turns.take(() => hashPin(wanted.pin));
    const id = newId("user");
    return database.transaction(() => {
      const count = countUsers(database);
      if (isFirst && count > 0) throw new UsersError("already-set-up", "This box has an administrator already.");
      if (count >= mostUsers) throw new UsersError("too-many-users", `There are ${mostUsers} users; no more fit.`);
      this.#refuseTaken(displayName);
      const sql =
        "INSERT INTO user (id, display_name, name_key, physician_name, pin, made_at) VALUES (?, ?, ?, ?, ?, ?)";
      database.prepare(sql).run(id, displayName, nameKeyOf(displayName), physicianName, pin, clock());
      setRoles(database, id, wanted.roles);
      this.#audit(by ?? id, "user-made", id, { roles: wanted.roles });
      return this.get(id);
    });
  }

  /** Changes who somebody is. Their sessions end when their roles change, or they may not sign in any more. */
  change(id: string, change: UserChange, by: string): User {
    const { database } = this.#options;
    return database.transaction(() => {
      const before = this.get(id);
      const displayName = displayNameOf(change.displayName ?? before.displayName);
      const roles = change.roles ?? before.roles;
      const physicianName = fitPhysicianName(change.physicianName ?? before.physicianName, roles);
      const isDisabled = change.isDisabled ?? before.isDisabled;
      if (displayName !== before.displayName) this.#refuseTaken(displayName, id);
      const sql = "UPDATE user SET display_name = ?, name_key = ?, physician_name = ?, is_disabled = ? WHERE id = ?";
      database.prepare(sql).run(displayName, nameKeyOf(displayName), physicianName, Number(isDisabled), id);
      setRoles(database, id, roles);
      if (countAdministrators(database) === 0) {
        const message = "This is the last administrator. Make somebody else administrator first.";
        throw new UsersError("last-administrator", message);
      }
      const areOthers = before.roles.length !== roles.length || roles.some((role) => !before.roles.includes(role));
      if (areOthers || isDisabled) endSessionsOf(database, id);
      const changed = Object.entries({
        displayName: displayName !== before.displayName,
        physicianName: physicianName !== before.physicianName,
      }).flatMap(([name, isChanged]) => (isChanged ? [name] : []));
      this.#audit(by, "user-changed", id, { roles, isDisabled, changed });
      return this.get(id);
    });
  }

  /** A new PIN from somebody who need not know the old one: ends the user's sessions and locks. */
  async resetPin(id: string, pin: string, by: string, action = "pin-reset"): Promise<User> {
    const { database, turns } = this.#options;
    checkNewPin(pin);
    this.get(id);
    const kept = await turns.take(() => hashPin(pin));
    return database.transaction(() => {
      setPin(database, id, kept);
      setTries(database, id, noTries);
      endSessionsOf(database, id);
      this.#audit(by, action, id, {});
      return this.get(id);
    });
  }

  /** Somebody's own new PIN, who has shown that they know the old one. Every other session of theirs ends. */
  async changeOwnPin(id: string, pin: string, keepToken: string): Promise<void> {
    const { database, turns } = this.#options;
    checkNewPin(pin);
    const kept = await turns.take(() => hashPin(pin));
    database.transaction(() => {
      if (pinRow(database, id) === undefined)
        throw new UsersError("unknown-user", "This user may not sign in any more.");
      setPin(database, id, kept);
      endSessionsOf(database, id, keepToken);
      this.#audit(id, "pin-changed", id, {});
    });
  }

  /** Replaces what somebody wants of the screen. */
  setPreferences(id: string, preferences: Preferences): User {
    const { database } = this.#options;
    return database.transaction(() => {
      database.prepare("UPDATE user SET preferences = ? WHERE id = ?").run(JSON.stringify(preferences), id);
      this.#audit(id, "preferences-changed", id, {});
      return this.get(id);
    });
  }

  #refuseTaken(displayName: string, except = ""): void {
    const sql = "SELECT 1 FROM user WHERE name_key = ? AND id <> ?";
    if (this.#options.database.prepare(sql).get(nameKeyOf(displayName), except) === undefined) return;
    const message = "Somebody has this name already, perhaps a user who was disabled. Choose another.";
    throw new UsersError("name-taken", message);
  }

  #audit(actor: string, action: string, subjectId: string, detail: Readonly<Record<string, unknown>>): void {
    const { database, clock } = this.#options;
    recordAudit(database, { at: clock(), actor, action, subjectKind: "user", subjectId, detail });
  }
}

/** Throws UsersError "unfit-name" where a surgeon has none. */
function fitPhysicianName(name: string, roles: readonly Role[]): string {
  if (name.trim() !== "") return physicianNameOf(name);
  if (!roles.includes("surgeon")) return "";
  throw new UsersError("unfit-name", "A surgeon needs a name for the archive, written Family^Given.");
}
