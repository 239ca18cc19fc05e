import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/store.ts";
import { hashOf, minute, patient, Writer, writeProcedure } from "./proof.fixture.ts";
import type { ProcedureStory } from "./story.ts";
import { storyOfCapture, storyOfProcedure } from "./tell.ts";

let database: Database;
beforeEach(() => {
  database = openDatabase(":memory:");
  writeProcedure(database);
});
afterEach(() => database.close());

function told(story: ProcedureStory | undefined): ProcedureStory {
  if (story === undefined) throw new Error("no story");
  return story;
}
const capture = (id: string) => {
  const [only] = told(storyOfCapture(database, id)).captures;
  if (only === undefined) throw new Error("no capture");
  return only;
};

it("the story of a capture tells everything from the press to the proof, in order, with each row of the audit", () => {
  const { events } = capture("c1");
  const kinds = events.map(({ kind, at, auditRow }) => [kind, Math.floor((at - minute(0)) / 60_000), auditRow]);
  expect(kinds).toEqual([
    ["pressed", 5, null],
    ["saved", 5, 2],
    ["composed", 36, 7],
    ["attempt", 37, 10],
    ["attempt", 38, 11],
    ["attempt", 39, 12],
    ["stored", 39, 13],
    ["attempt", 40, 14],
    ["stored", 40, 15],
    ["commitment-requested", 43, 19],
    ["committed", 50, 20],
    ["committed", 51, 21],
  ]);
  expect(events.find(({ auditRow }) => auditRow === 11)).toEqual({
    ...{ kind: "attempt", at: minute(38), startedAt: minute(38) - 1_500, actor: "scopeline", auditRow: 11 },
    ...{ deliveryId: 1, node: "PACS", sopInstanceUid: "2.25.1" },
    ...{ outcome: "retry", status: 0xa700, words: "Out of resources" },
  });
  expect(events.find(({ kind }) => kind === "saved")).toMatchObject({ sizeBytes: 4_000, sha256: hashOf("a") });
});

it("what it is and where it is, with who proved it", () => {
  expect(capture("c1")).toMatchObject({
    state: "safe",
    sha256: hashOf("a"),
    nodes: [
      { node: "PACS", state: "safe", provenBy: "commitment", storedAt: minute(40), provenAt: minute(50) },
      { node: "VNA", state: "safe", provenBy: "query", storedAt: minute(39), provenAt: minute(51) },
    ],
    instances: [{ sopInstanceUid: "2.25.1", rendition: "original", part: 1, parts: 1, sha256: hashOf("b") }],
  });
  expect(capture("c2")).toMatchObject({
    state: "saved",
    nodes: [{ node: "VNA", state: "waiting", storedAt: null, provenBy: null, reason: "Out of resources" }],
    instances: [{ part: 1 }, { part: 2, parts: 2 }],
  });
});

it("the story of a procedure has its own events, whose it is, and all its captures", () => {
  const story = told(storyOfProcedure(database, "p"));
  expect(story).toMatchObject({ patient, studyInstanceUid: "2.25.100", eventsLeftOut: 0, head: { id: 21 } });
  expect(story.events.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
    "begun screen",
    "patient-assigned screen",
    "completed screen",
    "released scopeline",
  ]);
  expect(story.events[1]).toMatchObject({ from: null, to: patient });
  expect(story.captures.map(({ captureId }) => captureId)).toEqual(["c1", "c2"]);
  expect(storyOfProcedure(database, "other")).toBeUndefined();
  expect(storyOfCapture(database, "other")).toBeUndefined();
});

it("messages about the performed step are told with the procedure", () => {
  const write = new Writer(database);
  write.run(
    `INSERT INTO mpps_message (id, procedure_id, performed_procedure_step_uid, kind, data_set, created_at)
     VALUES (1, 'p', '2.25.101', 'create', '{}', 0)`,
  );
  write.run(
    `INSERT INTO delivery (id, node, kind, lane, message_id, procedure_id, size_bytes, transfer, next_attempt_at, created_at)
     VALUES (9, 'RIS', 'mpps-create', 'step', 1, 'p', 1, 'pending', 0, 0)`,
  );
  write.attempt(9, minute(1), "stored", 0, null);
  const { events } = told(storyOfProcedure(database, "p"));
  expect(events.slice(1, 3)).toMatchObject([
    { kind: "attempt", node: "RIS", sopInstanceUid: null },
    { kind: "stored", node: "RIS" },
  ]);
});

it("a removal, a deletion by a person, a hold and what is new and unknown are told, too", () => {
  const write = new Writer(database);
  write.removed("c1", minute(60));
  write.audit(minute(61), "delivery-hold", ["delivery", "4"], { from: "pending" }, "Anna");
  write.audit(minute(62), "something-new", ["capture", "c2"]);
  write.run("UPDATE capture SET state = 'deleted', deleted_at = ? WHERE id = 'c2'", minute(63));
  write.audit(minute(63), "capture-deleted", ["capture", "c2"], { reason: "blurred" }, "Anna");
  expect(capture("c1")).toMatchObject({ state: "safe", fileRemovedAt: minute(60) });
  expect(capture("c1").events.at(-1)).toMatchObject({ kind: "removed", words: "age" });
  expect(capture("c2").state).toBe("deleted");
  expect(capture("c2").events.slice(-3)).toMatchObject([
    { kind: "delivery", change: "hold", actor: "Anna" },
    { kind: "other", action: "something-new" },
    { kind: "deleted", words: "blurred" },
  ]);
});

it("attempts from before they had audit rows are told without one", () => {
  database.prepare("DROP TRIGGER audit_append_only_delete").run();
  database.prepare("DELETE FROM audit WHERE action = 'delivery-attempt'").run();
  const attempts = capture("c1").events.filter(({ kind }) => kind === "attempt");
  expect(attempts.map(({ at, auditRow }) => [at, auditRow])).toEqual([37, 38, 39, 40].map((n) => [minute(n), null]));
});

it("audit rows whose text is broken do not stop the story: attempts are told by their own rows, too", () => {
  database.prepare("DROP TRIGGER audit_append_only_update").run();
  database.prepare("UPDATE audit SET detail = 'no JSON'").run();
  expect(capture("c1").events).toHaveLength(16);
});

it("an archive that is down for weeks: the first and the last attempts, and how many are left out", () => {
  const write = new Writer(database);
  database.transaction(() => {
    for (let n = 0; n < 500; n += 1) write.attempt(4, minute(100 + n), "retry", null, "down");
  });
  const story = told(storyOfCapture(database, "c2"));
  const attempts = story.captures.flatMap(({ events }) => events.filter((one) => one.kind === "attempt"));
  expect(story.eventsLeftOut).toBe(301);
  expect(attempts).toHaveLength(201);
  expect(attempts.at(-1)).toMatchObject({ at: minute(599), startedAt: minute(599) - 1_500 });
});

describe("a capture is", () => {
  const change = (sql: string) => database.prepare(sql).run();
  it.each<[string, string, string]>([
    ["held", "held", "UPDATE delivery SET transfer = 'held' WHERE id = 2"],
    ["held when its node does not promise it", "held", "UPDATE delivery SET commitment = 'failed' WHERE id = 1"],
    [
      "held when a rendition cannot be made",
      "held",
      "UPDATE rendition SET state = 'wanted', failure = 'x' WHERE capture_id = 'c1'",
    ],
    ["being sent", "sending", "UPDATE delivery SET transfer = 'sending' WHERE id = 1"],
    ["saved while a rendition is to be made", "saved", "UPDATE rendition SET state = 'wanted' WHERE capture_id = 'c1'"],
    ["sent until every node has proved it", "sent", "UPDATE delivery SET commitment = 'requested' WHERE id = 2"],
    ["sent where nothing is proved", "sent", "UPDATE delivery SET commitment = 'not-required'"],
    ["safe when one node was cancelled", "safe", "UPDATE delivery SET transfer = 'cancelled' WHERE id = 2"],
    ["cancelled when all were", "cancelled", "UPDATE delivery SET transfer = 'cancelled'"],
    [
      "safe when a standby is not needed",
      "safe",
      "UPDATE delivery SET transfer = 'pending', attempts = 0, importance = 'standby' WHERE id = 2",
    ],
    [
      "safe when what was replaced is safe in another form",
      "safe",
      "UPDATE delivery SET transfer = 'replaced' WHERE id = 2",
    ],
    ["failed", "failed", "UPDATE capture SET state = 'failed'"],
  ])("%s", (_name, state, sql) => {
    change(sql);
    expect(capture("c1").state).toBe(state);
  });

  it("at no node that gets it in another form, or is not needed", () => {
    for (const sql of ["transfer = 'replaced'", "transfer = 'pending', attempts = 0, importance = 'standby'"]) {
      change(`UPDATE delivery SET ${sql} WHERE id = 2`);
      expect(capture("c1").nodes.map(({ node }) => node)).toEqual(["PACS"]);
    }
  });

  it("saved, and waited for, before the first attempt", () => {
    change("UPDATE delivery SET transfer = 'pending', attempts = 0 WHERE id = 2");
    expect(capture("c1")).toMatchObject({
      state: "saved",
      nodes: [{ node: "PACS" }, { node: "VNA", state: "waiting" }],
    });
  });

  it("saved before its release", () => {
    new Writer(database).capture("c3", 3, "still", minute(20));
    expect(capture("c3")).toMatchObject({ state: "saved", nodes: [], instances: [] });
  });
});

it("a clip of which a node keeps stills of key frames only is sent, and never safe there", () => {
  const write = new Writer(database);
  write.capture("k", 9, "clip", minute(5));
  write.rendition("k", "keyFrames", ["Old"]);
  write.instance("2.25.900", "k", "keyFrames");
  write.delivery(900, "Old", "2.25.900");
  write.attempt(900, minute(40), "stored", 0, null);
  write.asked("2.25.901", "Old", [900], minute(41));
  write.committed(900, "commitment", minute(42));
  expect(capture("k")).toMatchObject({
    state: "sent",
    nodes: [{ node: "Old", state: "sent", provenBy: null, reason: expect.stringMatching(/excerpt only/) }],
  });
});
