import { createHash } from "node:crypto";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkStore } from "./check.ts";
import { type Database, openDatabase } from "./database.ts";
import { openLayout } from "./layout.ts";

const picture = Buffer.from("the picture");
const part10 = Buffer.from("the Part 10 file");
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

let directory = "";
let database: Database;
const run = (sql: string, ...values: (string | number)[]) => database.prepare(sql).run(...values);

/** One still of a released procedure, sent: a store in which all is well, but for the triggers that tests must pass. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-check-"));
  const layout = await openLayout(directory);
  database = openDatabase(layout.databaseFile);
  for (const table of ["audit", "attempt"])
    for (const change of ["update", "delete"]) run(`DROP TRIGGER ${table}_append_only_${change}`);
  run(
    `INSERT INTO procedure (id, kind, state, patient, study_instance_uid, performed_procedure_step_uid, begun_at)
     VALUES ('p', 'scheduled', 'released', '{"patientId":"X1","patientName":"Test"}', '2.25.10', '2.25.11', 0)`,
  );
  run(
    `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, saved_at, file, size_bytes, sha256)
     VALUES ('c', 'p', 1, 'still', 'saved', 's', 'x', 0, 1, 'media/c.jpg', ?, ?)`,
    picture.length,
    sha256(picture),
  );
  run(
    `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, instance_number, file, size_bytes,
       sha256, composed_at) VALUES ('2.25.1', 'c', 'p', '2.25.12', 1, 'instances/2.25.1.dcm', ?, ?, 1)`,
    part10.length,
    sha256(part10),
  );
  run(
    `INSERT INTO delivery (id, node, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at, stored_at)
     VALUES (7, 'PACS', '2.25.1', 'p', ?, 'stored', 0, 0, 1)`,
    part10.length,
  );
  run("INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status) VALUES (7, 0, 1, 'stored', 0)");
  for (const [action, kind, id] of [
    ["capture-saved", "capture", "c"],
    ["procedure-released", "procedure", "p"],
    ["instance-composed", "instance", "2.25.1"],
    ["delivery-stored", "delivery", "7"],
  ] as const) {
    run(
      "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (0, 'test', ?, ?, ?, '{}')",
      ...[action, kind, id],
    );
  }
  await writeFile(join(directory, "media/c.jpg"), picture);
  await writeFile(join(directory, "instances/2.25.1.dcm"), part10);
});

afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

async function findings(options: { full?: boolean; hasStorageNodes?: boolean } = {}): Promise<string[]> {
  const rest = { full: true, hasStorageNodes: true, ...options };
  const report = await checkStore(database, directory, { now: Date.now(), ...rest });
  return report.findings.map(({ invariant, subject }) => `${invariant}: ${subject}`);
}

/** A file that has lain there for long. */
async function old(file: string): Promise<void> {
  await writeFile(join(directory, file), "x");
  await utimes(join(directory, file), 1, 1);
}

it("finds nothing in a store in which all is well", async () => {
  expect(await findings()).toEqual([]);
});

describe("finds", () => {
  it.each<[string, string | readonly string[], string]>([
    ...[0xa700, 0x0110, 0xc000, 0xfe00].map((status): [string, string, string] => [
      `a stored delivery whose answer was 0x${status.toString(16)}`,
      `UPDATE attempt SET status = ${status}`,
      "sent is the node's success and nothing else: 7",
    ]),
    [
      "a stored delivery without an answer",
      "UPDATE attempt SET status = NULL",
      "sent is the node's success and nothing else: 7",
    ],
    ...["NULL", "'{}'", `'{"patientId":null}'`, `'{"patientId":" "}'`, "'no JSON'"].map(
      (patient): [string, string, string] => [
        `a delivery under the patient ${patient}`,
        `UPDATE procedure SET patient = ${patient}`,
        "nothing leaves without a patient: 7",
      ],
    ),
    [
      "a delivery of a procedure that was not released",
      "UPDATE procedure SET state = 'completed'",
      "nothing leaves without a patient: 7",
    ],
    [
      "a released capture without an Instance",
      ["DELETE FROM attempt", "DELETE FROM delivery", "DELETE FROM instance"],
      "what is released is on its way: c",
    ],
    [
      "a delivery of what was never composed",
      "UPDATE instance SET composed_at = NULL",
      "a delivery is of a composed instance: 7",
    ],
    [
      "a recording in a released procedure",
      "UPDATE capture SET state = 'recording'",
      "what is released is finished: c",
    ],
    [
      "a composed Instance that is owed to nobody",
      ["DELETE FROM attempt", "DELETE FROM delivery"],
      "what is composed is owed to the nodes: 2.25.1",
    ],
    [
      "a still that the audit does not know",
      "DELETE FROM audit WHERE subject_id = 'c'",
      "every change has its audit row: c",
    ],
    [
      "a release that the audit does not know",
      "DELETE FROM audit WHERE subject_id = 'p'",
      "every change has its audit row: p",
    ],
    [
      "a composition that the audit does not know",
      "DELETE FROM audit WHERE subject_id = '2.25.1'",
      "every change has its audit row: 2.25.1",
    ],
    [
      "a success that the audit does not know",
      "DELETE FROM audit WHERE subject_id = '7'",
      "every change has its audit row: 7",
    ],
    [
      "a hold that the audit does not know",
      "UPDATE delivery SET transfer = 'held'",
      "every change has its audit row: 7",
    ],
    [
      "a cancel that the audit does not know",
      "UPDATE delivery SET transfer = 'cancelled'",
      "every change has its audit row: 7",
    ],
    [
      "a deletion that the audit does not know",
      "UPDATE capture SET state = 'deleted'",
      "every change has its audit row: c",
    ],
    [
      "a reference to nothing",
      ["PRAGMA foreign_keys = OFF", "UPDATE attempt SET delivery_id = 99"],
      "references hold: attempt row 1",
    ],
    [
      "another size than the row's",
      "UPDATE capture SET size_bytes = 1",
      "every row has its file, of that size and hash: media/c.jpg",
    ],
  ])("%s", async (_name, changes, finding) => {
    for (const change of [changes].flat()) run(change);
    expect(await findings()).toContain(finding);
  });

  it("a file that is gone", async () => {
    await rm(join(directory, "instances/2.25.1.dcm"));
    expect(await findings({ full: false })).toEqual([
      "every row has its file, of that size and hash: instances/2.25.1.dcm",
    ]);
  });

  it("bytes that are not those that were saved, when it reads all", async () => {
    await writeFile(join(directory, "media/c.jpg"), "THE PICTURE");
    expect(await findings({ full: false })).toEqual([]);
    expect(await findings()).toEqual(["every row has its file, of that size and hash: media/c.jpg"]);
  });

  it("files that no row knows, unless somebody may just be writing them", async () => {
    await old("media/other.mp4.part");
    await old("instances/2.25.9.dcm");
    await writeFile(join(directory, "media/new.jpg.part"), "x");
    expect(await findings()).toEqual([
      "every file has a row: media/other.mp4.part",
      "every file has a row: instances/2.25.9.dcm",
    ]);
  });
});

describe("takes as it should be", () => {
  it.each([0xb000, 0xb006, 0xb007, 0x0001, 0x0107, 0x0116, 0x0111])("an answer of %i as success", async (status) => {
    run("UPDATE attempt SET status = ?", status);
    expect(await findings()).toEqual([]);
  });

  it.each([
    ["held", "delivery-held"],
    ["held", "delivery-hold"],
    ["cancelled", "delivery-cancel"],
  ])("a delivery that is %s as %s tells", async (transfer, action) => {
    run("UPDATE delivery SET transfer = ?", transfer);
    run("UPDATE audit SET action = ? WHERE subject_id = '7'", action);
    expect(await findings()).toEqual([]);
  });

  it("a box without a node: nothing is owed", async () => {
    for (const change of ["DELETE FROM attempt", "DELETE FROM delivery"]) run(change);
    expect(await findings({ hasStorageNodes: false })).toEqual([]);
  });

  it("growing files of known captures, and the file of an Instance whose row is not told of it yet", async () => {
    for (const file of ["media/c.mp4.part", "media/c.mp4.remux.part", "instances/2.25.1.dcm.part"]) await old(file);
    run("UPDATE capture SET kind = 'clip', file = 'media/c.mp4', state = 'recording'");
    for (const change of ["DELETE FROM attempt", "DELETE FROM delivery", "DELETE FROM audit"]) run(change);
    run("UPDATE procedure SET state = 'completed'");
    run("UPDATE instance SET composed_at = NULL, file = NULL");
    await rm(join(directory, "media/c.jpg"));
    await utimes(join(directory, "instances/2.25.1.dcm"), 1, 1);
    expect(await findings()).toEqual([]);
  });
});
