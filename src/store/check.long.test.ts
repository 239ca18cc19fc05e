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
    `INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at, made_at)
     VALUES ('c', 'original', 'p', 'made', 0, 1)`,
  );
  run("INSERT INTO rendition_node (capture_id, key, node, importance) VALUES ('c', 'original', 'PACS', 'primary')");
  run(
    `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, instance_number, file, size_bytes,
       sha256, composed_at, is_owed) VALUES ('2.25.1', 'c', 'p', '2.25.12', 1, 'instances/2.25.1.dcm', ?, ?, 1, 1)`,
    part10.length,
    sha256(part10),
  );
  run(
    `INSERT INTO delivery (id, node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at,
       stored_at) VALUES (7, 'PACS', 'still', '2.25.1', 'p', ?, 'stored', 0, 0, 1)`,
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

/** A second part, owed to the same node, beside the first. */
const secondPart = [
  `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, part, parts, instance_number, file,
     size_bytes, sha256, composed_at, is_owed)
   SELECT '2.25.2', capture_id, procedure_id, series_instance_uid, 2, 2, 2, file, size_bytes, sha256, 1, 1 FROM instance`,
  "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (0, 't', 'instance-composed', 'instance', '2.25.2', '{}')",
  `INSERT INTO delivery (id, node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, next_attempt_at, created_at)
   VALUES (8, 'PACS', 'still', '2.25.2', 'p', 1, 'pending', 0, 0)`,
];
const requested = [
  "UPDATE delivery SET commitment = 'requested'",
  `INSERT INTO commitment_request (transaction_uid, node, procedure_id, state, requested_at, due_at)
   VALUES ('2.25.99', 'PACS', 'p', 'asked', 1, 2)`,
  "INSERT INTO commitment_item (transaction_uid, delivery_id) VALUES ('2.25.99', 7)",
];
const committed = [
  ...requested,
  "UPDATE commitment_request SET state = 'answered', answered_at = 2",
  "UPDATE commitment_item SET result = 'committed'",
  "UPDATE delivery SET commitment = 'committed', verified_by = 'commitment', committed_at = 2",
  "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (2, 't', 'delivery-committed', 'delivery', '7', '{}')",
];
/** Removed by retention, the rows only. */
const removed = [
  "UPDATE capture SET file_removed_at = 3",
  "UPDATE instance SET file_removed_at = 3",
  "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (3, 't', 'capture-removed', 'capture', 'c', '{}')",
];
/** A performed procedure step, begun and ended at the node. */
const step = ["create", "completed"].flatMap((kind, index) => [
  `INSERT INTO mpps_message (id, procedure_id, performed_procedure_step_uid, kind, data_set, created_at)
   VALUES (${index + 1}, 'p', '2.25.11', '${kind}', '{}', 0)`,
  `INSERT INTO delivery (id, node, kind, lane, message_id, procedure_id, ordering_key, size_bytes, transfer, next_attempt_at,
     created_at, stored_at) VALUES (${index + 8}, 'RIS', '${index === 0 ? "mpps-create" : "mpps-set"}', 'step', ${index + 1}, 'p', '2.25.11', 1,
     'stored', 0, 0, 1)`,
  `INSERT INTO attempt (delivery_id, started_at, ended_at, outcome, status) VALUES (${index + 8}, 0, 1, 'stored', 0)`,
  `INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail)
   VALUES (1, 't', 'delivery-stored', 'delivery', '${index + 8}', '{}')`,
]);

async function findings(
  options: { full?: boolean; hasStorageNodes?: boolean; scope?: "all" | "unsettled" } = {},
): Promise<string[]> {
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

/** A user who was made, with the audit row of it. */
const made = (id: string, role: string): string[] => [
  `INSERT INTO user (id, display_name, name_key, pin, made_at) VALUES ('${id}', '${id}', '${id}', '', 0)`,
  `INSERT INTO user_role VALUES ('${id}', '${role}')`,
  `INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (0, '${id}', 'user-made', 'user', '${id}', '{}')`,
];

describe("finds", () => {
  it.each<[string, string | readonly string[], string]>([
    ["users without an administrator", made("u", "operator"), "somebody can administer the box: users"],
    [
      "an administrator who may not sign in",
      [...made("u", "administrator"), "UPDATE user SET is_disabled = 1"],
      "somebody can administer the box: users",
    ],
    [
      "somebody disabled who is signed in",
      [
        ...[...made("u", "administrator"), ...made("v", "operator"), "INSERT INTO session VALUES ('h', 'v', 0, 0)"],
        "UPDATE user SET is_disabled = 1 WHERE id = 'v'",
      ],
      "a session is of somebody who may sign in: v",
    ],
    [
      "a user of whom the audit does not tell",
      [...made("u", "administrator"), "DELETE FROM audit WHERE action = 'user-made'"],
      "every change has its audit row: u",
    ],
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
      "a released capture of which nothing is made",
      [
        "DELETE FROM attempt",
        "DELETE FROM delivery",
        "DELETE FROM instance",
        "DELETE FROM rendition_node",
        "DELETE FROM rendition",
      ],
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
      ["DELETE FROM attempt", "DELETE FROM delivery", "DELETE FROM rendition_node", "UPDATE instance SET is_owed = 0"],
      "what is composed is owed to the nodes: 2.25.1",
    ],
    [
      "a composed Instance that a node waits for and is not owed",
      ["DELETE FROM attempt", "DELETE FROM delivery"],
      "what is made is owed to the nodes that wait for it: 2.25.1 to PACS",
    ],
    ["a part that is missing", "UPDATE instance SET parts = 2", "what is made has all its parts: c original"],
    [
      "a part that is not composed",
      ["UPDATE instance SET parts = 2", ...secondPart, "UPDATE instance SET composed_at = NULL WHERE part = 2"],
      "what is made has all its parts: c original",
    ],
    [
      "a part in the middle that is missing",
      [...secondPart, "UPDATE instance SET parts = 3", "UPDATE instance SET part = 3 WHERE part = 2"],
      "what is made has all its parts: c original",
    ],
    [
      "a part that is another",
      ["UPDATE instance SET parts = 2", ...secondPart, "UPDATE instance SET part = 3 WHERE part = 2"],
      "what is made has all its parts: c original",
    ],
    [
      "an Instance that was replaced by nothing",
      "UPDATE delivery SET transfer = 'replaced'",
      "what was replaced goes in another form: 7",
    ],
    [
      "a safe delivery of which no node said so",
      "UPDATE delivery SET commitment = 'committed', verified_by = 'commitment', committed_at = 2",
      "safe is the node's word and nothing else: 7",
    ],
    [
      "a safe delivery of which the node said that it failed",
      [...committed, "UPDATE commitment_item SET result = 'failed', reason = 274"],
      "safe is the node's word and nothing else: 7",
    ],
    [
      "a safe delivery that was verified in no way",
      [...committed, "UPDATE delivery SET verified_by = NULL"],
      "safe is the node's word and nothing else: 7",
    ],
    [
      "a safe delivery that is not stored",
      [...committed, "UPDATE delivery SET transfer = 'pending'"],
      "safe is the node's word and nothing else: 7",
    ],
    [
      "a safe delivery that the audit does not know",
      [...committed, "DELETE FROM audit WHERE action = 'delivery-committed'"],
      "every change has its audit row: 7",
    ],
    [
      "a commitment that nobody asked for",
      "UPDATE delivery SET commitment = 'requested'",
      "what was asked waits for an answer: 7",
    ],
    [
      "a commitment whose request has expired",
      [...requested, "UPDATE commitment_request SET state = 'expired'"],
      "what was asked waits for an answer: 7",
    ],
    [
      "files that were removed while something is owed",
      [...removed, "UPDATE delivery SET transfer = 'held'"],
      "files go when nothing more is owed: c",
    ],
    [
      "files that were removed before the archive committed",
      [...removed, "UPDATE delivery SET commitment = 'owed'"],
      "files go when nothing more is owed: c",
    ],
    [
      "files that were removed while another rendition is to be made of them",
      [
        ...removed,
        "INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at) VALUES ('c', 'x', 'p', 'wanted', 0)",
      ],
      "files go when nothing more is owed: c",
    ],
    [
      "files that were removed and had arrived nowhere",
      [...removed, "UPDATE delivery SET transfer = 'cancelled'"],
      "files go when nothing more is owed: c",
    ],
    [
      "a removal that the audit does not know",
      [...removed, "DELETE FROM audit WHERE action = 'capture-removed'"],
      "every change has its audit row: c",
    ],
    [
      "the end of a step that was sent before its beginning",
      [...step, "UPDATE delivery SET transfer = 'held' WHERE id = 8"],
      "a performed procedure step begins before it ends: 9",
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
    // A start looks at what is recent; references are for the whole check.
    for (const [kind, id] of Object.entries({ capture: "c", procedure: "p", instance: "2.25.1", delivery: "7" })) {
      const audit =
        "INSERT INTO audit (at, actor, action, subject_kind, subject_id, detail) VALUES (4, 't', 'x', ?, ?, '{}')";
      run(audit, kind, id);
    }
    if (!finding.startsWith("references")) expect(await findings({ scope: "unsettled" })).toContain(finding);
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

  it.each([
    ["a commitment that is waited for", requested],
    ["a commitment", committed],
    [
      "what was verified by a query",
      [...committed, "DELETE FROM commitment_item", "UPDATE delivery SET verified_by = 'query'"],
    ],
    ["parts", ["UPDATE instance SET parts = 2", ...secondPart]],
    ["a performed procedure step", step],
    ["a step whose end the node had already", [...step, "UPDATE attempt SET status = 272 WHERE delivery_id = 9"]],
    [
      "a procedure that is open and whose beginning was told",
      [...step, "DELETE FROM attempt WHERE delivery_id = 9", "DELETE FROM delivery WHERE id = 9"],
    ],
    [
      "what was replaced by another rendition that is still to be made",
      [
        "UPDATE delivery SET transfer = 'replaced'",
        "INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at) VALUES ('c', 'vlEndoscopic', 'p', 'wanted', 0)",
        "INSERT INTO rendition_node (capture_id, key, node, importance) VALUES ('c', 'vlEndoscopic', 'PACS', 'primary')",
        "UPDATE audit SET action = 'delivery-replaced' WHERE action = 'delivery-stored'",
      ],
    ],
  ])("%s", async (_name, changes) => {
    for (const change of changes) run(change);
    expect(await findings()).toEqual([]);
    expect(await findings({ scope: "unsettled" })).toEqual([]);
  });

  it("files that retention removed", async () => {
    for (const change of [...committed, ...removed]) run(change);
    for (const file of ["media/c.jpg", "instances/2.25.1.dcm"]) await rm(join(directory, file));
    expect(await findings()).toEqual([]);
  });

  it("a file that retention removes while it is looked for", async () => {
    for (const change of committed) run(change);
    for (const file of ["media/c.jpg", "instances/2.25.1.dcm"]) await rm(join(directory, file));
    const checking = findings({ full: false });
    for (const change of removed) run(change);
    expect(await checking).toEqual([]);
  });

  it("a box without a node: nothing is owed", async () => {
    const changes = ["DELETE FROM attempt", "DELETE FROM delivery", "DELETE FROM rendition_node"];
    for (const change of [...changes, "UPDATE instance SET is_owed = 0"]) run(change);
    expect(await findings({ hasStorageNodes: false })).toEqual([]);
  });

  it("growing files of known captures, and the file of an Instance whose row is not told of it yet", async () => {
    for (const file of ["media/c.mp4.part", "media/c.mp4.remux.part", "instances/2.25.1.dcm.part"]) await old(file);
    run("UPDATE capture SET kind = 'clip', file = 'media/c.mp4', state = 'recording'");
    for (const change of ["DELETE FROM attempt", "DELETE FROM delivery", "DELETE FROM audit"]) run(change);
    run("UPDATE rendition SET state = 'wanted', made_at = NULL");
    run("UPDATE procedure SET state = 'completed'");
    run("UPDATE instance SET composed_at = NULL, file = NULL");
    await rm(join(directory, "media/c.jpg"));
    await utimes(join(directory, "instances/2.25.1.dcm"), 1, 1);
    expect(await findings()).toEqual([]);
  });
});

it("a start looks at what is open or was changed lately, and at nothing that is long settled", async () => {
  run("UPDATE procedure SET state = 'completed'");
  expect(await findings({ scope: "unsettled" })).toContain("nothing leaves without a patient: 7");
  run(
    "INSERT INTO audit (id, at, actor, action, subject_kind, subject_id, detail) VALUES (20000, 0, '', '', 'service', '', '{}')",
  );
  expect(await findings({ scope: "unsettled" })).toEqual([]);
  run("UPDATE delivery SET transfer = 'pending'");
  expect(await findings({ scope: "unsettled" })).toContain("nothing leaves without a patient: 7");
  run("UPDATE delivery SET transfer = 'stored', commitment = 'owed'");
  expect(await findings({ scope: "unsettled" })).toContain("nothing leaves without a patient: 7");
});
