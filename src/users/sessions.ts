import type { Clock } from "../lib/clock.ts";
import type { Database } from "../store/store.ts";
import type { Identity, Role } from "./roles.ts";
import { isSecret, newSecret, secretHash } from "./secret.ts";
import { isOver, type SessionLimits } from "./session-rules.ts";

export interface SessionsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly limits: SessionLimits;
}

const mostOfUser = 8;
/** A touch is written when the last one is older than this: the disk has better things to do. */
const touchMs = 15_000;

/** Who is signed in: a random token for the browser, its hash for us. */
export class Sessions {
  readonly #options: SessionsOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Begins one and returns its token. The user's oldest go when they have too many. */
  begin(userId: string): string {
    const { database, clock } = this.#options;
    const token = newSecret();
    const now = clock();
    database.transaction(() => {
      this.#prune(now);
      const older = `DELETE FROM session WHERE token_hash IN
        (SELECT token_hash FROM session WHERE user_id = ? ORDER BY used_at DESC, token_hash LIMIT -1 OFFSET ?)`;
      database.prepare(older).run(userId, mostOfUser - 1);
      database.prepare("INSERT INTO session VALUES (?, ?, ?, ?)").run(secretHash(token), userId, now, now);
    });
    return token;
  }

  /** Whose token it is; null: nobody's, or not any more. Does not keep the session alive: only `touch` does. */
  identify(token: string): Identity | null {
    const { database, clock, limits } = this.#options;
    if (!isSecret(token)) return null;
    const sql = `SELECT user_id, begun_at, used_at, (SELECT json_group_array(role) FROM user_role r WHERE r.user_id = u.id) AS roles
      FROM session s JOIN user u ON u.id = s.user_id WHERE token_hash = ? AND is_disabled = 0`;
    const row = database.prepare(sql).get(secretHash(token));
    if (row === undefined) return null;
    if (isOver({ begunAt: Number(row.begun_at), usedAt: Number(row.used_at) }, clock(), limits)) return null;
    const id = String(row.user_id);
    return { actor: id, userId: id, roles: JSON.parse(String(row.roles)) as Role[] };
  }

  /** A person did something: the idle time begins anew. */
  touch(token: string): void {
    const { database, clock } = this.#options;
    const now = clock();
    database
      .prepare("UPDATE session SET used_at = ? WHERE token_hash = ? AND used_at < ?")
      .run(now, secretHash(token), now - touchMs);
  }

  /** Ends one; true: there was one. */
  end(token: string): boolean {
    if (!isSecret(token)) return false;
    const sql = "DELETE FROM session WHERE token_hash = ?";
    return this.#options.database.prepare(sql).run(secretHash(token)).changes > 0;
  }

  #prune(now: number): void {
    const { database, limits } = this.#options;
    const all = database.prepare("SELECT token_hash, begun_at, used_at FROM session").all();
    for (const row of all) {
      const times = { begunAt: Number(row.begun_at), usedAt: Number(row.used_at) };
      if (isOver(times, now, limits))
        database.prepare("DELETE FROM session WHERE token_hash = ?").run(String(row.token_hash));
    }
  }
}

/** Ends every session of a user but the one with the token `except`. */
export function endSessionsOf(database: Database, userId: string, except = ""): void {
  database.prepare("DELETE FROM session WHERE user_id = ? AND token_hash <> ?").run(userId, secretHash(except));
}
