import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, openDatabaseForReading } from "./database.ts";
import { StoreError } from "./errors.ts";
import { holdStorage } from "./lock.ts";

let directory = "";
let file = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-store-"));
  file = join(directory, "scopeline.db");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function refusal(work: () => Disposable): { code: string; message: string } {
  try {
    work()[Symbol.dispose]();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { code: error.code, message: error.message };
  }
  throw new Error("nothing was refused");
}

describe.each([
  ["for the service", openDatabase],
  ["for reading", openDatabaseForReading],
] as const)("a database that cannot be opened %s", (_name, open) => {
  it("because it is no database: stop, keep everything, start with no other", async () => {
    await writeFile(file, "this is not a database, whatever its name says".repeat(50));
    const { code, message } = refusal(() => open(file));
    expect(code).toBe("damaged");
    expect(message).toMatch(/Stop here.*Do not start with another/);
    expect(message).not.toMatch(/move/);
    expect((await readFile(file, "utf8")).startsWith("this is not")).toBe(true);
  });

  it("because its folder is not there: says so, and not that it is damaged", () => {
    const { code, message } = refusal(() => open(join(directory, "gone", "scopeline.db")));
    expect(code).toBe("unavailable");
    expect(message).toMatch(/cannot be opened: .*SQLite 14.*folder is there/);
  });
});

it("a database whose middle is lost is damaged", async () => {
  openDatabase(file).close();
  await truncate(file, 5_000);
  expect(refusal(() => openDatabase(file)).code).toBe("damaged");
});

it("a database that another program has locked is not called damaged", () => {
  openDatabase(file).close();
  const other = new DatabaseSync(file);
  other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
  const { code, message } = refusal(() => openDatabase(file));
  other.close();
  expect(code).toBe("unavailable");
  expect(message).toMatch(/Another program/);
}, 20_000);

it("a database that another program locks while the service runs is not waited for: the picture would stand still", () => {
  using database = openDatabase(file);
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  expect(Number(database.prepare("PRAGMA busy_timeout").get()?.timeout)).toBeLessThanOrEqual(200);
  expect(() => database.transaction(() => {})).toThrow("locked");
  other.close();
  database.transaction(() => {});
});

it("a database of a newer version is left alone", () => {
  const newer = new DatabaseSync(file);
  newer.exec("PRAGMA user_version = 9999");
  newer.close();
  expect(refusal(() => openDatabase(file)).code).toBe("newer-schema");
});

describe("the lock on the storage folder", () => {
  it("is held by one at a time", () => {
    const first = holdStorage(directory);
    expect(refusal(() => holdStorage(directory)).code).toBe("in-use");
    first[Symbol.dispose]();
    holdStorage(directory)[Symbol.dispose]();
  });

  it("does not blame another process for a folder that is not there, or a lock that is no database", async () => {
    expect(refusal(() => holdStorage(join(directory, "gone"))).code).toBe("unavailable");
    await writeFile(join(directory, "lock.db"), "not a database at all, and long enough".repeat(50));
    expect(refusal(() => holdStorage(directory)).code).toBe("unavailable");
  });
});
