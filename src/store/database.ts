import { DatabaseSync, type StatementSync } from "node:sqlite";
import { StoreError } from "./errors.ts";
import { migrations } from "./migrations/migrations.ts";

/** The one SQLite file. Synchronous: one writer, one process. WAL and synchronous=FULL: an appliance gets unplugged. */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
  }

  /** A statement for this text, prepared once. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs `work` in one transaction: all of it is on disk when this returns, or none of it. A nested call joins. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#sqlite.exec("BEGIN IMMEDIATE");
    this.#depth += 1;
    try {
      const result = work();
      this.#sqlite.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#sqlite.isTransaction) this.#sqlite.exec("ROLLBACK");
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens or creates the database and brings its schema up to date.
 * Throws StoreError "newer-schema" when it was written by a later version, "damaged" when SQLite cannot read it.
 */
export function openDatabase(file: string): Database {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(file, { timeout: 5_000 });
    sqlite.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    migrate(sqlite);
  } catch (error) {
    sqlite?.close();
    if (error instanceof StoreError) throw error;
    throw cannotOpen(file, error);
  }
  return new Database(sqlite);
}

/** Opens an existing database for reading only, as `scopeline check` does beside a running service. */
export function openDatabaseForReading(file: string): Database {
  return new Database(new DatabaseSync(file, { readOnly: true, timeout: 5_000 }));
}

function migrate(sqlite: DatabaseSync): void {
  const row = sqlite.prepare("PRAGMA user_version").get();
  const found = Number(row?.user_version ?? 0);
  const newest = migrations.length;
  if (found > newest) {
    throw new StoreError(
      "newer-schema",
      `The database was written by a newer Scopeline (schema ${found}, this one knows ${newest}). Install that version again.`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < found) continue;
    sqlite.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

/** SQLite's result codes (sqlite3.h) that say that the content itself cannot be read. */
const damaged = new Set([11, 26]);

function cannotOpen(file: string, cause: unknown): StoreError {
  const { errcode, message } = cause as { errcode?: number; message?: string };
  if (errcode !== undefined && damaged.has(errcode & 0xff)) {
    const what = `The database ${file} is damaged. Do not start with another one: keep the whole folder and call for help.`;
    return new StoreError("damaged", `${what} docs/ARCHITECTURE.md says what lies where.`, { cause });
  }
  const what = `The database ${file} cannot be opened (${message ?? String(cause)}).`;
  return new StoreError(
    "unavailable",
    `${what} Check the disk, its free space and the folder's owner, then start again.`,
    { cause },
  );
}
