import { recordAudit } from "../audit/audit.ts";
import type { Clock } from "../lib/clock.ts";
import type { Database } from "../store/store.ts";
import { UsersError } from "./errors.ts";
import { displayNameOf } from "./names.ts";
import type { Identity, Role } from "./roles.ts";
import { isSecret, newId, newSecret, secretHash } from "./secret.ts";

/** A script's way in, without its secret. */
export interface AccessToken {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** The id of the administrator who made it. */
  readonly madeBy: string;
  readonly madeAt: number;
}

/** A script that could make users would be a person whom nobody sees. */
export type TokenRole = Exclude<Role, "administrator">;

const mostTokens = 32;

/** Named tokens for scripts, in an Authorization header. */
export class AccessTokens {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Those that are not revoked. */
  list(): AccessToken[] {
    const sql =
      "SELECT id, name, roles, made_by, made_at FROM access_token WHERE revoked_at IS NULL ORDER BY made_at, id";
    return this.#database
      .prepare(sql)
      .all()
      .map((row) => ({
        id: String(row.id),
        name: String(row.name),
        roles: JSON.parse(String(row.roles)) as Role[],
        madeBy: String(row.made_by),
        madeAt: Number(row.made_at),
      }));
  }

  /** The secret is told here and never again. Throws UsersError. */
  make(name: string, roles: readonly TokenRole[], by: string): { readonly id: string; readonly secret: string } {
    const shown = displayNameOf(name);
    const [id, secret, at] = [newId("token"), newSecret(), this.#clock()];
    this.#database.transaction(() => {
      if (this.list().length >= mostTokens) {
        throw new UsersError(
          "too-many-tokens",
          `There are ${mostTokens} tokens; revoke one that is not used any more.`,
        );
      }
      this.#database
        .prepare("INSERT INTO access_token (id, name, token_hash, roles, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?)")
        .run(id, shown, secretHash(secret), JSON.stringify([...new Set(roles)]), by, at);
      const detail = { name: shown, roles };
      recordAudit(this.#database, { at, actor: by, action: "token-made", subjectKind: "user", subjectId: id, detail });
    });
    return { id, secret };
  }

  /** Throws UsersError "unknown-token". */
  revoke(id: string, by: string): void {
    const at = this.#clock();
    this.#database.transaction(() => {
      const sql = "UPDATE access_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
      if (this.#database.prepare(sql).run(at, id).changes === 0) {
        throw new UsersError("unknown-token", "There is no such token, or it was revoked already.");
      }
      recordAudit(this.#database, { at, actor: by, action: "token-revoked", subjectKind: "user", subjectId: id });
    });
  }

  /** Whose secret it is; null: nobody's, or revoked. */
  identify(secret: string): Identity | null {
    if (!isSecret(secret)) return null;
    const sql = "SELECT id, roles FROM access_token WHERE token_hash = ? AND revoked_at IS NULL";
    const row = this.#database.prepare(sql).get(secretHash(secret));
    if (row === undefined) return null;
    return { actor: String(row.id), userId: null, roles: JSON.parse(String(row.roles)) as Role[] };
  }
}
