import { beforeEach, describe, expect, it } from "vitest";
import { brokenRules } from "../../../test/support/delivery-store.ts";
import type { Database } from "../../store/store.ts";
import { nextDueAt, shortenPauses } from "../deliveries.ts";
import { listDeliveries } from "../list.ts";
import type { OutboxNode } from "../node.ts";
import {
  capture,
  clip,
  clipUid,
  emptyStore,
  facts,
  instance,
  nodeNamed,
  owedStill,
  renditionsFor,
  still,
  withStandby,
} from "../outbox.fixture.ts";
import type { Routing } from "../routing/routes.ts";

let database: Database;
let now = 0;

beforeEach(() => {
  database = emptyStore();
  now = 100;
});

const renditions = (nodes: readonly OutboxNode[], routing?: Routing) =>
  renditionsFor(database, nodes, () => now, routing);
const pacs = nodeNamed("PACS");
const owed = () => listDeliveries(database, { limit: 100 }).map(({ node, transfer }) => `${node} ${transfer}`);
const rows = (sql: string) => database.prepare(sql).all();
const waiting = () => rows("SELECT key, node, importance FROM rendition_node ORDER BY rowid");
const isOwed = () => rows("SELECT sop_instance_uid AS uid FROM instance WHERE is_owed = 1").map(({ uid }) => uid);

function released(nodes: readonly OutboxNode[], sizeBytes = 300, routing?: Routing) {
  const captureId = capture(database, 1, clip, sizeBytes);
  const room = renditions(nodes, routing);
  database.transaction(() => room.plan({ captureId, procedureId: "p", original: clip, sizeBytes }, facts));
  return room;
}

const composed = (number: number, key = "original", part = 1) =>
  instance(database, number, {
    captureId: "c1",
    key,
    sopClassUid: clipUid,
    transferSyntaxUid: clip.transferSyntaxUid,
    part,
  });

describe("release", () => {
  it("says in the audit who gets a capture, as what, and because of which rule", () => {
    released([pacs, nodeNamed("TEACHING")], 300, withStandby("PACS", "TEACHING", 60_000));
    const [audit] = rows("SELECT detail FROM audit WHERE action = 'capture-routed' AND subject_id = 'c1'");
    expect(JSON.parse(String(audit?.detail)).to).toEqual([
      { node: "PACS", importance: "primary", because: "otherwise", rendition: "original" },
      { node: "TEACHING", importance: "standby", because: "otherwise", rendition: "original" },
    ]);
    expect(rows("SELECT standby_from AS at FROM rendition_node WHERE node = 'TEACHING'")).toEqual([{ at: 60_100 }]);
  });

  it("twice plans once, whatever the settings are by then", () => {
    released([pacs]);
    const later = renditions([pacs, nodeNamed("NEW")]);
    later.plan({ captureId: "c1", procedureId: "p", original: clip, sizeBytes: 300 }, facts);
    expect(waiting()).toMatchObject([{ key: "original", node: "PACS" }]);
  });

  it("wants the original, for nobody, where no node is set up", () => {
    released([]);
    expect(rows("SELECT key, state FROM rendition")).toEqual([{ key: "original", state: "wanted" }]);
    expect(waiting()).toEqual([]);
  });
});

describe("a rendition that is composed", () => {
  it("is owed to every node that waits for it, each of its parts once", () => {
    const room = released([nodeNamed("PACS", { encoding: { maxInstanceBytes: 1_000_000 } })], 3_000_000);
    const key = String(rows("SELECT key FROM rendition")[0]?.key);
    expect(key).toBe("original/934464");
    for (const part of [1, 2]) composed(part, key, part);
    database.prepare("UPDATE instance SET parts = 2").run();
    database.transaction(() => room.owe("c1", key));
    database.transaction(() => room.owe("c1", key));
    expect(owed()).toEqual(["PACS pending", "PACS pending"]);
    expect(isOwed()).toEqual(["2.25.1", "2.25.2"]);
    expect(brokenRules(database)).toEqual([]);
  });

  it("goes to a standby when its time comes", () => {
    const room = released([pacs, nodeNamed("SPARE")], 300, withStandby("PACS", "SPARE", 60_000));
    composed(1);
    now = 50_000;
    database.transaction(() => room.owe("c1", "original"));
    const due = listDeliveries(database, { limit: 9 }).map(({ node, nextAttemptAt }) => [node, nextAttemptAt]);
    expect(due).toEqual([
      ["SPARE", 60_100],
      ["PACS", 50_000],
    ]);
  });

  it("goes to a standby in time, too, when the clock was a year ahead at its release and is set back", () => {
    const yearMs = 365 * 86_400_000;
    now = yearMs;
    const room = released([pacs, nodeNamed("SPARE")], 300, withStandby("PACS", "SPARE", 60_000));
    composed(1);
    database.transaction(() => room.owe("c1", "original"));
    now = 100;
    for (const _ of [1, 2]) shortenPauses(database, "SPARE", ["clip"], now, 30_000);
    expect(nextDueAt(database, "SPARE", ["clip"])).toBe(60_100);
    now = 200;
    shortenPauses(database, "SPARE", ["clip"], now, 30_000);
    expect(nextDueAt(database, "SPARE", ["clip"])).toBe(60_100);
  });

  it("of an original that only others are made of is owed to nobody, and is not forgotten", () => {
    const only = nodeNamed("PACS", { encoding: { clips: ["keyFrames"] } });
    const room = released([only]);
    composed(1);
    database.transaction(() => room.owe("c1", "original"));
    expect(owed()).toEqual([]);
    expect(room.oweForgotten()).toBe(0);
    instance(database, 2, { captureId: "c1", key: "keyFrames" });
    database.transaction(() => room.owe("c1", "keyFrames"));
    expect(listDeliveries(database, { limit: 1 })[0]).toMatchObject({
      lane: "still",
      captureKind: "clip",
      sentAs: "Secondary Capture Image, stills of key frames",
    });
  });
});

describe("what was composed while no node was set up", () => {
  it("is owed at the next start, once, by the routes that hold then", () => {
    owedStill(database, renditions([]), 1);
    owedStill(database, renditions([pacs]), 2);
    expect(isOwed()).toEqual(["2.25.2"]);
    expect(renditions([]).oweForgotten()).toBe(0);
    const routing: Routing = { rules: [], otherwise: { to: ["PACS"], secondary: [], standbyAfterMs: null } };
    const both = renditions([pacs, nodeNamed("ABROAD")], routing);
    expect(both.oweForgotten()).toBe(1);
    expect(both.oweForgotten()).toBe(0);
    // Not to every node there is, and nothing of what another had before this one was there.
    expect(owed()).toEqual(["PACS pending", "PACS pending"]);
    expect(rows("SELECT detail FROM audit WHERE action = 'forgotten-instances-owed'")).toHaveLength(1);
  });

  it("is routed by what its order said, also when that was long ago", () => {
    const wanting = { ...facts, recipients: ["Other Hospital"] };
    const captureId = capture(database, 1);
    const none = renditions([]);
    none.plan({ captureId, procedureId: "p", original: still, sizeBytes: 300 }, wanting);
    instance(database, 1, { captureId });
    none.owe(captureId, "original");
    const abroad = {
      name: "r",
      when: { recipients: ["other hospital"] },
      to: ["ABROAD"],
      secondary: [],
      standbyAfterMs: null,
    };
    renditions([pacs, nodeNamed("ABROAD")], { rules: [abroad], otherwise: null }).oweForgotten();
    expect(owed()).toEqual(["ABROAD pending"]);
  });

  it("goes by source and profile alone where the order was not kept, as before the update", () => {
    owedStill(database, renditions([]), 1);
    database.prepare("UPDATE capture SET route_facts = NULL").run();
    const bySource = { name: "r", when: { sources: ["s"] }, to: ["ABROAD"], secondary: [], standbyAfterMs: null };
    renditions([pacs, nodeNamed("ABROAD")], { rules: [bySource], otherwise: null }).oweForgotten();
    expect(owed()).toEqual(["ABROAD pending"]);
  });

  it("is made in parts for a node that does not take all of it", () => {
    const room = released([], 900_000);
    composed(1);
    database.transaction(() => room.owe("c1", "original"));
    const small = renditions([pacs, nodeNamed("SMALL", { encoding: { maxInstanceBytes: 500_000 } })]);
    expect(small.oweForgotten()).toBe(1);
    expect(owed()).toEqual(["PACS pending"]);
    expect(rows("SELECT key, state FROM rendition ORDER BY rowid")).toEqual([
      { key: "original", state: "made" },
      { key: "parts/434464", state: "wanted" },
    ]);
  });

  it("is owed as soon as it is composed, when the node came in between", () => {
    released([]);
    composed(1);
    database.transaction(() => renditions([pacs]).owe("c1", "original"));
    expect(owed()).toEqual(["PACS pending"]);
  });
});

it("a failure to make a rendition is kept with it, and says nothing about others", () => {
  const room = released([pacs]);
  room.failed("c1", "original", "The stream cannot be read.");
  expect(rows("SELECT failure FROM rendition")).toEqual([{ failure: "The stream cannot be read." }]);
  composed(1);
  database.transaction(() => room.owe("c1", "original"));
  expect(rows("SELECT failure, state FROM rendition")).toEqual([{ failure: null, state: "made" }]);
});
