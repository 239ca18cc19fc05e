import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import { migrations } from "./migrations/migrations.ts";

let directory = "";
let file = "";
let before: Map<string, Row[]>;
type Row = Record<string, unknown>;

const tables = [
  ...["procedure", "series", "capture", "idempotency", "instance", "delivery", "attempt", "audit"],
  ...["worklist_node", "worklist_item"],
];

/** A box of the release before: everything it could have in its database. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-migration-"));
  file = join(directory, "scopeline.db");
  const old = new DatabaseSync(file);
  old.exec("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
  for (const sql of migrations.slice(0, 2)) old.exec(sql);
  old.exec("PRAGMA user_version = 2");
  const procedures = [
    ["open", '\'{"patientId":"1"}\'', "NULL"],
    ["completed", "NULL", "NULL"],
    ["released", '\'{"patientId":"3"}\'', "900"],
  ];
  for (const [state, patient, releasedAt] of procedures) {
    old.exec(`INSERT INTO procedure VALUES ('${state}', 'scheduled', '${state}', ${patient}, 1, '[]', '2.25.1', '2.25.2', 'A^B', 1, 100,
      200, 300, ${releasedAt}, NULL)`);
    old.exec(
      `INSERT INTO series VALUES ('2.25.3${state}', '${state}', 's', 'still', 1), ('2.25.4${state}', '${state}', 's', 'clip', 2)`,
    );
  }
  old.exec("UPDATE procedure SET resumed_from = 'released' WHERE id = 'open'");
  for (const [index, state] of ["recording", "saved", "failed", "deleted"].entries()) {
    old.exec(`INSERT INTO capture VALUES ('${state}', '${state === "recording" ? "open" : "completed"}', ${index}, 'clip', '${state}', 's', 'x', 1, 2,
      0, 'note', 110, 120, 'media/${state}.mp4', 10, 'aa', '{"kind":"clip"}', ${state === "deleted" ? "130, 'why'" : "NULL, NULL"})`);
  }
  const transfers = ["pending", "sending", "stored", "held", "cancelled"];
  for (const [index, transfer] of transfers.entries()) {
    const kind = index % 2 === 0 ? "still" : "clip";
    old.exec(`INSERT INTO capture VALUES ('${transfer}', 'released', ${index}, '${kind}', 'saved', 's', 'x', 1, 2, 1, NULL, 110, 120,
      'media/${transfer}.jpg', 10, 'aa', '{}', NULL, NULL)`);
    old.exec(`INSERT INTO instance VALUES ('2.25.5${index}', '${transfer}', 'released', '2.25.3released', '1.2.3', '1.2.4', ${index},
      'instances/2.25.5${index}.dcm', 400, 1000, 'bb', 910, NULL)`);
    old.exec(`INSERT INTO delivery (id, node, sop_instance_uid, procedure_id, size_bytes, transfer, attempts, failures_in_a_row,
      next_attempt_at, reason, peer_words, warning, created_at, stored_at)
      VALUES (${10 + index}, 'PACS', '2.25.5${index}', 'released', 1000, '${transfer}', 2, 1, 5, 'why', 'words', 'warn', 910, ${transfer === "stored" ? 920 : "NULL"})`);
    old.exec(`INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status, detail)
      VALUES (${10 + index}, 911, 912, 'retry', 42752, 'busy'), (${10 + index}, 919, 920, 'stored', 0, NULL)`);
  }
  old.exec(
    "INSERT INTO delivery (node, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at) VALUES ('VNA', '2.25.50', 'released', 1000, 'pending', 1, 911)",
  );
  for (const failure of ["NULL", "'cannot be composed'"]) {
    const id = failure === "NULL" ? "new" : "refused";
    old.exec(`INSERT INTO capture VALUES ('${id}', 'released', ${id.length + 10}, 'still', 'saved', 's', 'x', 1, 2, 1, NULL, 110, 120, 'media/${id}.jpg', 10,
      'aa', '{}', NULL, NULL)`);
    old.exec(`INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, instance_number, failure)
      VALUES ('2.25.6${id}', '${id}', 'released', '2.25.3released', 9, ${failure})`);
  }
  old.exec("INSERT INTO idempotency VALUES ('key', 'saved', 110)");
  old.exec(
    "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (1, 'screen', 'a', 'capture', 'saved', '{}')",
  );
  old.exec("INSERT INTO worklist_node VALUES ('RIS', 1, 2, NULL, 'q', 3, 'n')");
  old.exec("INSERT INTO worklist_item VALUES ('w', 'RIS', 'n', '1', '20260310', '10', 'XC', 'AE', 'P', 0, '{}', 5)");
  before = new Map(tables.map((table) => [table, old.prepare(`SELECT * FROM ${table} ORDER BY rowid`).all()]));
  old.close();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const all = (database: Database, sql: string): Row[] =>
  database
    .prepare(sql)
    .all()
    .map((row) => ({ ...row }));

it("every row of the release before is still there, with all it said", () => {
  using database = openDatabase(file);
  for (const [table, rows] of before) {
    expect(rows.length, table).toBeGreaterThan(0);
    const { failure: _moved, ...columns } = rows[0] ?? {};
    const select = Object.keys(columns).map((column) => `"${column}"`);
    const expected = rows.map(({ failure: _failure, ...row }) => row);
    expect(all(database, `SELECT ${select} FROM ${table} ORDER BY rowid`), table).toEqual(expected);
  }
  expect(all(database, "PRAGMA foreign_key_check")).toEqual([]);
  expect(all(database, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  expect(all(database, "SELECT name FROM sqlite_schema WHERE name LIKE 'new\\_%' ESCAPE '\\'")).toEqual([]);
});

it("what was made and wanted is a rendition, with the nodes it is for, and why it could not be made", () => {
  using database = openDatabase(file);
  const renditions = all(
    database,
    `SELECT capture_id AS id, key, state, failure, wanted_at AS wanted, made_at AS made,
       (SELECT group_concat(node || ' ' || importance, ', ' ORDER BY node) FROM rendition_node n WHERE n.capture_id = r.capture_id) AS nodes
     FROM rendition r WHERE capture_id IN ('pending', 'held', 'new', 'refused') ORDER BY id`,
  );
  const rest = { key: "original", failure: null, wanted: 900 };
  expect(renditions).toEqual([
    { ...rest, id: "held", state: "made", made: 910, nodes: "PACS primary" },
    { ...rest, id: "new", state: "wanted", made: null, nodes: null },
    { ...rest, id: "pending", state: "made", made: 910, nodes: "PACS primary, VNA primary" },
    { ...rest, id: "refused", state: "wanted", made: null, nodes: null, failure: "cannot be composed" },
  ]);
  expect(all(database, "SELECT count(*) AS n FROM rendition")).toEqual([{ n: 7 }]);
});

it("what is owed goes on where it was, clips and stills in their own lanes", () => {
  using database = openDatabase(file);
  expect(all(database, "SELECT id, lane, kind, importance, message_id FROM delivery WHERE id IN (10, 11)")).toEqual([
    { id: 10, lane: "still", kind: "instance", importance: "primary", message_id: null },
    { id: 11, lane: "clip", kind: "instance", importance: "primary", message_id: null },
  ]);
  expect(
    all(
      database,
      "SELECT sop_instance_uid AS uid, is_owed FROM instance WHERE capture_id IN ('stored', 'new') ORDER BY uid",
    ),
  ).toEqual([
    { uid: "2.25.52", is_owed: 1 },
    { uid: "2.25.6new", is_owed: 0 },
  ]);
});

it("what protects the rows still does, and numbers go on", () => {
  using database = openDatabase(file);
  for (const sql of [
    "UPDATE attempt SET status = 0",
    "DELETE FROM attempt",
    "UPDATE audit SET at = 0",
    "DELETE FROM audit",
  ])
    expect(() => database.prepare(sql).run(), sql).toThrow("append-only");
  expect(() => database.prepare("DELETE FROM delivery WHERE id = 12").run()).toThrow("FOREIGN KEY");
  expect(() => database.prepare("DELETE FROM instance WHERE capture_id = 'stored'").run()).toThrow("FOREIGN KEY");
  const owe = `INSERT INTO delivery (node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at)
    VALUES ('VNA', 'still', ?, 'released', 1, 'pending', 0, 0)`;
  expect(Number(database.prepare(owe).run("2.25.51").lastInsertRowid)).toBe(16);
  expect(() => database.prepare(owe).run("2.25.51")).toThrow("UNIQUE");
});

it("a migration that fails leaves the database as it was", () => {
  const old = new DatabaseSync(file);
  old.exec("CREATE TABLE new_delivery (x)");
  old.close();
  expect(() => openDatabase(file)).toThrow();
  const again = new DatabaseSync(file);
  expect(again.prepare("PRAGMA user_version").get()).toEqual({ user_version: 2 });
  expect(again.prepare("SELECT count(*) AS n FROM instance WHERE failure IS NOT NULL").get()).toEqual({ n: 1 });
  expect(again.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'rendition'").get()).toEqual({ n: 0 });
  again.close();
});
