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

  /** Runs `work`, which only reads, on the database as it is now, whatever another process writes meanwhile. */
  snapshot<T>(work: () => T): T {
    if (this.#sqlite.isTransaction) return work();
    this.#sqlite.exec("BEGIN");
    try {
      return work();
    } finally {
      this.#sqlite.exec("COMMIT");
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
 * How long a statement waits for another program that has locked the database, ms: everything waits meanwhile, the picture
 * too. No second Scopeline is there (lock.ts), and what is not written is tried again.
 */
const busyMs = 150;

/**
 * Opens or creates the database and brings its schema up to date.
 * Throws StoreError "newer-schema" when it was written by a later version, "damaged" when SQLite cannot read it,
 * "unavailable" when the disk, the folder's owner or another program is in the way.
 */
export function openDatabase(file: string): Database {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(file, { timeout: 5_000 });
    // Tables made anew while their references are enforced would take what refers to them along.
    sqlite.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;");
    migrate(sqlite);
    sqlite.exec(`PRAGMA foreign_keys = ON; PRAGMA busy_timeout = ${busyMs};`);
  } catch (error) {
    sqlite?.close();
    if (error instanceof StoreError) throw error;
    throw cannotOpen(file, error);
  }
  return new Database(sqlite);
}

/** Opens an existing database for reading only, as `scopeline check` does beside a running service. Throws StoreError. */
export function openDatabaseForReading(file: string): Database {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    // Opening alone reads nothing.
    sqlite.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch (error) {
    sqlite?.close();
    throw cannotOpen(file, error);
  }
  return new Database(sqlite);
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

/** SQLite's primary result codes (sqlite.org/rescode.html) and what to do about each; any other is unclear. */
const cures: ReadonlyMap<number, string> = new Map([
  [3, "Let the user of this service own the storage folder and all in it, then start again."],
  [5, "Another program has it open. Close that, then start again."],
  [6, "Another program has it open. Close that, then start again."],
  [8, "It cannot be written. Check the owner of the storage folder, and whether its disk is mounted read-only."],
  [10, "The disk fails to read or write. Call technical service."],
  [13, "The disk is full. Make room, then start again."],
  [14, "Check that the storage folder is there and that the user of this service owns it."],
]);

/** SQLITE_CORRUPT and SQLITE_NOTADB: the content itself cannot be read. */
const damaged = new Set([11, 26]);

function cannotOpen(file: string, cause: unknown): StoreError {
  const { errcode, message } = cause as { errcode?: number; message?: string };
  const code = (errcode ?? 0) & 0xff;
  const said = `${message ?? String(cause)}${errcode === undefined ? "" : `, SQLite ${errcode}`}`;
  if (damaged.has(code)) {
    const cure = "Stop here. Do not start with another database: keep the whole folder and call for help";
    const what = `The database ${file} is damaged (${said}). ${cure}; docs/ARCHITECTURE.md says what lies where.`;
    return new StoreError("damaged", what, { cause });
  }
  const cure = cures.get(code) ?? "Keep the whole folder and call technical service.";
  return new StoreError("unavailable", `The database ${file} cannot be opened: ${said}. ${cure}`, { cause });
}
