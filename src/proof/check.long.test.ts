import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chainHead, checkChain, findReceipt, recordAudit } from "../audit/audit.ts";
import { type ChainedRow, chainHash } from "../audit/chain.ts";
import { type Database, openDatabase, openDatabaseForReading } from "../store/store.ts";
import { checkProof } from "./check.ts";
import { writeProcedure } from "./proof.fixture.ts";

let directory = "";
let file = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-proof-"));
  file = join(directory, "scopeline.db");
  using database = openDatabase(file);
  writeProcedure(database);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** As somebody does who has the file and SQLite, and takes the triggers away first. */
function tamper(...changes: readonly string[]): void {
  const other = new DatabaseSync(file);
  other.exec("PRAGMA foreign_keys = OFF");
  for (const table of ["audit", "attempt"])
    for (const change of ["update", "delete"]) other.exec(`DROP TRIGGER ${table}_append_only_${change}`);
  for (const change of changes) other.exec(change);
  other.close();
}

function findings(): string[] {
  using database = openDatabaseForReading(file);
  return checkProof(database).findings.map(({ invariant, subject }) => `${invariant}: ${subject}`);
}

const write = <T>(work: (database: Database) => T): T => {
  using database = openDatabase(file);
  return work(database);
};
const chained = "the audit is as it was written";
const idOf = (where: string): number =>
  write((database) => Number(database.prepare(`SELECT max(id) AS id FROM audit WHERE ${where}`).get()?.id));
const entry = { at: 1, actor: "screen", action: "x", subjectKind: "service", subjectId: "s" } as const;

it("finds nothing where nothing was touched, and says how far the chain goes", () => {
  expect(findings()).toEqual([]);
  write((database) => {
    const { chain } = checkProof(database);
    expect(chain).toEqual({ rows: 21, unchained: 0, head: chainHead(database) });
    expect(chain.head?.id).toBe(21);
  });
});

describe("finds an audit row", () => {
  it.each([
    ["whose detail was changed", "detail = '{}'"],
    ["whose time was changed", "at = at + 1"],
    ["that names another person", "actor = 'somebody'"],
    ["whose action was changed", "action = 'delivery-hold'"],
    ["of another kind of subject", "subject_kind = 'service'"],
    ["of another subject", "subject_id = 'other'"],
    ["whose hash was changed", `hash = '${"0".repeat(64)}'`],
  ])("%s", (_name, change) => {
    const id = idOf("action = 'procedure-completed'");
    tamper(`UPDATE audit SET ${change} WHERE id = ${id}`);
    expect(findings()).toContain(`${chained}: audit row ${id}`);
  });

  it("that lost its hash", () => {
    tamper("UPDATE audit SET hash = NULL WHERE id = 5");
    expect(findings()).toEqual([5, 6].map((id) => `${chained}: audit row ${id}`));
  });

  it("that was removed", () => {
    tamper("DELETE FROM audit WHERE id = 7");
    expect(findings()).toEqual(expect.arrayContaining([`${chained}: audit row 7`, `${chained}: audit row 8`]));
  });

  it("that was removed, with all later ones moved up", () => {
    tamper("DELETE FROM audit WHERE id = 7", "UPDATE audit SET id = id - 1 WHERE id > 7");
    expect(findings()).toEqual(expect.arrayContaining([`${chained}: audit row 7`, `${chained}: audit row 21`]));
  });

  it("that was the first", () => {
    tamper("DELETE FROM audit WHERE id = 1");
    expect(findings()).toEqual(expect.arrayContaining([`${chained}: audit row 1`, `${chained}: audit row 2`]));
  });

  it("that was the last, though nothing follows it", () => {
    tamper("DELETE FROM audit WHERE id >= 20");
    expect(findings()).toContain(`${chained}: audit rows 20 to 21`);
    write((database) => recordAudit(database, entry));
    expect(findings()).toContain(`${chained}: audit rows 20 to 21`);
  });

  it("that was inserted, at the end or before", () => {
    tamper(
      `INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail, hash)
       VALUES (1, 'screen', 'delivery-stored', 'delivery', '4', '{}', '${"1".repeat(64)}')`,
    );
    expect(findings()).toEqual([`${chained}: audit row 22`]);
    tamperAgain("UPDATE audit SET id = -id WHERE id >= 9", "UPDATE audit SET id = 1 - id WHERE id < -8 AND id > -22");
    tamperAgain("UPDATE audit SET id = 9 WHERE id = -22");
    expect(findings()).toEqual([`${chained}: audit row 9`, `${chained}: audit row 10`]);
  });

  it("that changed places with the next", () => {
    tamper("UPDATE audit SET id = -1 WHERE id = 8", "UPDATE audit SET id = 8 WHERE id = 9");
    tamperAgain("UPDATE audit SET id = 9 WHERE id = -1");
    expect(findings()).toEqual([8, 9, 10].map((id) => `${chained}: audit row ${id}`));
  });
});

/** The triggers are gone already. */
function tamperAgain(...changes: readonly string[]): void {
  const other = new DatabaseSync(file);
  for (const change of changes) other.exec(change);
  other.close();
}

describe("finds", () => {
  it.each([
    ["an attempt whose status was changed", "UPDATE attempt SET status = 0 WHERE id = 2", "attempt 2"],
    ["an attempt whose outcome was changed", "UPDATE attempt SET outcome = 'stored' WHERE id = 1", "attempt 1"],
    ["an attempt with other words", "UPDATE attempt SET detail = 'x' WHERE id = 2", "attempt 2"],
    ["an attempt at another time", "UPDATE attempt SET ended_at = 1 WHERE id = 2", "attempt 2"],
    ["an attempt of another delivery", "UPDATE attempt SET delivery_id = 4 WHERE id = 5", "attempt 5"],
    ["an attempt that was removed", "DELETE FROM attempt WHERE id = 3", "attempt 3"],
    ["the last attempt removed", "DELETE FROM attempt WHERE id = 6", "attempt 6"],
    [
      "an attempt that was invented",
      "INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status) VALUES (4, 1, 2, 'stored', 0)",
      "attempt 7",
    ],
  ])("%s", (_name, change, subject) => {
    tamper(change);
    expect(findings()).toEqual([`an attempt is what was recorded: ${subject}`]);
  });

  it.each([
    [
      "a capture's hash (changed together with its file)",
      "UPDATE capture SET sha256 = 'c' WHERE id = 'c1'",
      "a capture is what was saved: c1",
    ],
    ["a capture's size", "UPDATE capture SET size_bytes = 1 WHERE id = 'c1'", "a capture is what was saved: c1"],
    ["when a capture was saved", "UPDATE capture SET saved_at = 1 WHERE id = 'c1'", "a capture is what was saved: c1"],
    [
      "a deleted capture's hash",
      "UPDATE capture SET sha256 = 'c', state = 'deleted', deleted_at = 1 WHERE id = 'c1'",
      "a capture is what was saved: c1",
    ],
    [
      "a deletion",
      "UPDATE capture SET state = 'deleted', deleted_at = 1 WHERE id = 'c1'",
      "deleted when the audit says so: c1",
    ],
    ["a removal", "UPDATE capture SET file_removed_at = 1 WHERE id = 'c1'", "removed when the audit says so: c1"],
    [
      "an instance's hash (changed together with its file)",
      "UPDATE instance SET sha256 = 'c' WHERE capture_id = 'c1'",
      "an instance is what was composed: 2.25.1",
    ],
    [
      "whose picture an instance is",
      "UPDATE instance SET capture_id = 'c2', part = 3 WHERE sop_instance_uid = '2.25.1'",
      "an instance is what was composed: 2.25.1",
    ],
    [
      "a delivery set to stored by hand",
      "UPDATE delivery SET transfer = 'stored', stored_at = 5 WHERE id = 4",
      "sent when the audit says so: 4",
    ],
    ["when a delivery was stored", "UPDATE delivery SET stored_at = 5 WHERE id = 3", "sent when the audit says so: 3"],
    [
      "a commitment given by hand",
      "UPDATE delivery SET commitment = 'committed', committed_at = 1, verified_by = 'commitment' WHERE id = 3",
      "safe when the audit says so: 3",
    ],
    [
      "a query that was made a commitment",
      "UPDATE delivery SET verified_by = 'commitment' WHERE id = 2",
      "safe when the audit says so: 2",
    ],
    [
      "the procedure of a capture, and with it its patient",
      "UPDATE capture SET procedure_id = 'q' WHERE id = 'c1'; UPDATE instance SET procedure_id = 'q' WHERE capture_id = 'c1'",
      "a capture is what was saved: c1",
    ],
    [
      "the procedure of an instance",
      "UPDATE instance SET procedure_id = 'q' WHERE capture_id = 'c1'",
      "an instance is of its capture's procedure: 2.25.1",
    ],
    ["when a capture was pressed", "UPDATE capture SET pressed_at = 1", "a capture is what was saved: c1"],
    ["the node that has it", "UPDATE delivery SET node = 'ELSEWHERE' WHERE id = 1", "sent when the audit says so: 1"],
    [
      "what a node has",
      "UPDATE delivery SET sop_instance_uid = 'x' WHERE id = 2; UPDATE delivery SET sop_instance_uid = '2.25.1' WHERE id = 4",
      "sent when the audit says so: 2",
    ],
    [
      "a capture that was made to look as if it had failed",
      "UPDATE capture SET state = 'failed', sha256 = NULL WHERE id = 'c1'",
      "what the audit tells of is there: capture c1",
    ],
    [
      "an instance that was made to look as if it was never composed",
      "UPDATE instance SET composed_at = NULL WHERE capture_id = 'c1'",
      "what the audit tells of is there: instance 2.25.1",
    ],
    ["a capture that is gone", "DELETE FROM capture WHERE id = 'c1'", "what the audit tells of is there: capture c1"],
    [
      "an instance that is gone",
      "DELETE FROM instance WHERE capture_id = 'c1'",
      "what the audit tells of is there: instance 2.25.1",
    ],
    ["a delivery that is gone", "DELETE FROM delivery WHERE id = 1", "what the audit tells of is there: delivery 1"],
    ["a procedure that is gone", "DELETE FROM procedure", "what the audit tells of is there: procedure p"],
    [
      "another patient",
      "UPDATE procedure SET patient = json_set(patient, '$.patientId', '4712')",
      "a procedure has the patient it was given: p",
    ],
    [
      "a patient that was taken away",
      "UPDATE procedure SET patient = NULL",
      "a procedure has the patient it was given: p",
    ],
  ])("a change of %s", (_name, change, finding) => {
    tamper(change);
    expect(findings()).toContain(finding);
  });

  it("a second audit row of a saving, however well it is chained", () => {
    write((database) =>
      recordAudit(database, {
        ...entry,
        action: "capture-saved",
        subjectKind: "capture",
        subjectId: "c1",
        detail: { sha256: "c" },
      }),
    );
    expect(findings()).toEqual(["a capture is what was saved: c1"]);
  });

  it("broken details, instead of stopping at them", () => {
    tamper(
      "UPDATE audit SET detail = 'no JSON' WHERE action IN ('capture-saved', 'delivery-attempt', 'patient-assigned')",
    );
    expect(findings()).toEqual(
      expect.arrayContaining([
        "a capture is what was saved: c1",
        "a procedure has the patient it was given: p",
        "an attempt is what was recorded: attempt 1",
      ]),
    );
  });
});

it("what a forger leaves who writes the whole chain anew is seen only by a hash that was kept elsewhere", () => {
  const receipt = write((database) => chainHead(database)?.hash ?? "");
  tamper("UPDATE audit SET actor = 'somebody else' WHERE id = 18");
  const other = new DatabaseSync(file);
  let previous: string | null = null;
  const rows = other.prepare(
    "SELECT id, at, actor, action, subject_kind AS subjectKind, subject_id AS subjectId, detail FROM audit ORDER BY id",
  );
  for (const row of rows.all()) {
    previous = chainHash(previous, row as unknown as ChainedRow);
    other.prepare("UPDATE audit SET hash = ? WHERE id = ?").run(previous, Number(row.id));
  }
  other.close();
  expect(findings()).toEqual([]);
  expect(write((database) => findReceipt(database, receipt).kind)).toBe("unknown");
});

describe("a receipt's hash", () => {
  it("is found, however it was typed, and how much came after it", () => {
    write((database) => {
      const head = chainHead(database);
      recordAudit(database, entry);
      const typed = (head?.hash ?? "").toUpperCase().replaceAll(/(.{8})/g, "$1 ");
      expect(findReceipt(database, typed)).toEqual({ kind: "found", row: head, rowsSince: 1 });
    });
  });

  it.each(["", "12", `${"0".repeat(63)}g`, "%".repeat(64)])("is asked for in full: %j", (text) => {
    expect(write((database) => findReceipt(database, text))).toEqual({ kind: "malformed" });
  });
});

describe("the chain", () => {
  it("goes on after a change that was rolled back", () => {
    write((database) => {
      const before = chainHead(database);
      expect(() =>
        database.transaction(() => {
          recordAudit(database, entry);
          throw new Error("not now");
        }),
      ).toThrow("not now");
      expect(chainHead(database)).toEqual(before);
      recordAudit(database, entry);
    });
    expect(findings()).toEqual([]);
  });

  it("begins after rows from before there was one, and says nothing of them", () => {
    tamper("UPDATE audit SET hash = NULL");
    write((database) => {
      expect(chainHead(database)).toBeNull();
      recordAudit(database, entry);
      recordAudit(database, entry);
      expect(checkChain(database)).toMatchObject({ findings: [], rows: 2, unchained: 21, head: { id: 23 } });
    });
    tamperAgain("UPDATE audit SET actor = 'x' WHERE id = 22");
    expect(findings()).toEqual([`${chained}: audit row 22`]);
  });

  it("is verified at its end only, where that is asked for", () => {
    tamper("UPDATE audit SET actor = 'x' WHERE id IN (3, 18)");
    write((database) => {
      const report = checkChain(database, { last: 10 });
      expect(report.findings.map(({ subject }) => subject)).toEqual(["audit row 18"]);
      expect(report.rows).toBe(10);
      expect(checkChain(database, { last: 100 }).rows).toBe(21);
    });
  });

  it("holds whatever a name or a peer's words are made of", () => {
    write((database) => {
      const odd = "a\0b\ud800c\u2028\"'\\ 山田 🩺";
      recordAudit(database, { ...entry, actor: odd, subjectId: odd, detail: { words: odd } });
      expect(checkChain(database).findings).toEqual([]);
    });
  });

  it("has its text fixed for ever: this hash of this row", () => {
    const row = {
      at: 1_700_000_000_000,
      actor: "screen",
      action: "capture-saved",
      subjectKind: "capture",
      subjectId: "c",
      detail: "{}",
    };
    expect(chainHash(null, row)).toBe("a7f6eca233eebb7549706824fadcbdab9f88809dbb46e70095d0706c52ade04f");
    expect(chainHash("1".repeat(64), row)).not.toBe(chainHash(null, row));
  });

  it("is empty in an empty store", () => {
    using empty = openDatabase(":memory:");
    expect(checkProof(empty)).toEqual({ findings: [], chain: { rows: 0, unchained: 0, head: null } });
  });
});
