import type { Database } from "../store/store.ts";
import { UsersError } from "./errors.ts";
import type { Tries } from "./lockout.ts";
import type { Preferences } from "./preferences.ts";
import type { Role } from "./roles.ts";

export interface User {
  readonly id: string;
  readonly displayName: string;
  /** Family^Given as the archive gets it; empty: not offered as performing physician. */
  readonly physicianName: string;
  readonly roles: readonly Role[];
  readonly preferences: Preferences;
  readonly isDisabled: boolean;
  readonly lockedAt: number | null;
  readonly lockedMs: number;
  readonly madeAt: number;
}

const columns = `id, display_name, physician_name, preferences, is_disabled, locked_at, locked_ms, made_at,
  (SELECT json_group_array(role) FROM (SELECT role FROM user_role WHERE user_id = id ORDER BY role)) AS roles`;

/** By name; those who may not sign in any more as well. */
export function allUsers(database: Database): User[] {
  return database.prepare(`SELECT ${columns} FROM user ORDER BY name_key`).all().map(userOf);
}

/** Throws UsersError "unknown-user". */
export function userById(database: Database, id: string): User {
  const row = database.prepare(`SELECT ${columns} FROM user WHERE id = ?`).get(id);
  if (row === undefined) throw new UsersError("unknown-user", "There is no such user on this box.");
  return userOf(row);
}

export function countUsers(database: Database): number {
  return Number(database.prepare("SELECT count(*) AS n FROM user").get()?.n ?? 0);
}

/** How many administrators may sign in. */
export function countAdministrators(database: Database): number {
  const sql = `SELECT count(*) AS n FROM user JOIN user_role ON user_id = id AND role = 'administrator' WHERE is_disabled = 0`;
  return Number(database.prepare(sql).get()?.n ?? 0);
}

export function setRoles(database: Database, id: string, roles: readonly Role[]): void {
  database.prepare("DELETE FROM user_role WHERE user_id = ?").run(id);
  for (const role of new Set(roles)) database.prepare("INSERT INTO user_role VALUES (?, ?)").run(id, role);
}

/** The hash of somebody's PIN and the wrong tries at it; undefined: unknown, or may not sign in. */
export function pinRow(database: Database, id: string): { readonly pin: string; readonly tries: Tries } | undefined {
  const sql = "SELECT pin, failures, failed_at, locked_at, locked_ms FROM user WHERE id = ? AND is_disabled = 0";
  const row = database.prepare(sql).get(id);
  if (row === undefined) return undefined;
  const tries = {
    failures: Number(row.failures),
    failedAt: instantOf(row.failed_at),
    lockedAt: instantOf(row.locked_at),
    lockedMs: Number(row.locked_ms),
  };
  return { pin: String(row.pin), tries };
}

export function setPin(database: Database, id: string, pin: string): void {
  database.prepare("UPDATE user SET pin = ? WHERE id = ?").run(pin, id);
}

export function setTries(database: Database, id: string, tries: Tries): void {
  const sql = "UPDATE user SET failures = ?, failed_at = ?, locked_at = ?, locked_ms = ? WHERE id = ?";
  database.prepare(sql).run(tries.failures, tries.failedAt, tries.lockedAt, tries.lockedMs, id);
}

type Row = Readonly<Record<string, unknown>>;

const instantOf = (value: unknown): number | null => (value === null ? null : Number(value));

/** The table's checks say what the JSON of a row holds; only this room writes it. */
function userOf(row: Row): User {
  return {
    id: String(row.id),
    displayName: String(row.display_name),
    physicianName: String(row.physician_name),
    roles: JSON.parse(String(row.roles)) as Role[],
    preferences: JSON.parse(String(row.preferences)) as Preferences,
    isDisabled: row.is_disabled === 1,
    lockedAt: instantOf(row.locked_at),
    lockedMs: Number(row.locked_ms),
    madeAt: Number(row.made_at),
  };
}
