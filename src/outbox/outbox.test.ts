import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenRules, until } from "../../test/support/delivery-store.ts";
import { silentLog } from "../lib/log.ts";
import { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import { recordOutcome } from "./attempts.ts";
import { claimNext } from "./deliveries.ts";
import {
  clip,
  clipUid,
  emptyStore,
  instance,
  type NodeChanges,
  nodeNamed,
  owedClip,
  owedStill,
  renditionsFor,
  toAll,
  withStandby,
} from "./outbox.fixture.ts";
import { Outbox, OutboxError, type PerformedStep } from "./outbox.ts";
import type { Routing } from "./routing/routes.ts";

let database: Database;
let now = 1_000;

beforeEach(() => {
  database = emptyStore();
  now = 1_000;
});
afterEach(() => {
  expect(brokenRules(database)).toEqual([]);
  database.close();
});

function outbox(nodes: Record<string, NodeChanges> = { PACS: {} }, routing: Routing = toAll) {
  const list = Object.entries(nodes).map(([name, changes]) => nodeNamed(name, changes));
  const renditions = renditionsFor(database, list, () => now, routing);
  const room = new Outbox({
    database,
    storageDirectory: "/nowhere",
    nodes: list,
    routing,
    station: { aeTitle: "SCOPELINE", stationName: "OR 1" },
    clock: () => now,
    log: silentLog,
    news: new NewsFeed(),
  });
  return { room, renditions };
}

const refused = (status: number | null = 0xa900) => {
  const id = claimNext(database, "PACS", ["still", "clip"], now)?.id ?? 0;
  const attempt = { deliveryId: id, startedAt: now, endedAt: now, status, peerWords: "no" };
  const outcome = status === 0 ? ({ kind: "stored" } as const) : ({ kind: "held", reason: "refused" } as const);
  recordOutcome(database, attempt, outcome, { pauseMs: 0, failuresInARow: 1, commitment: "owed" });
  return id;
};
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "none";
  } catch (error) {
    return error instanceof OutboxError ? error.code : String(error);
  }
};
const actions = (id: number) =>
  database
    .prepare("SELECT action, actor FROM audit WHERE subject_kind = 'delivery' AND subject_id = ? ORDER BY id")
    .all(String(id))
    .map(({ action, actor }) => `${action} by ${actor}`);

describe("by hand", () => {
  it("a delivery is held, cancelled and sent again, each with its audit row", () => {
    const { room, renditions } = outbox();
    owedStill(database, renditions, 1);
    expect(room.hold(1, "screen")).toMatchObject({ transfer: "held", reason: expect.stringContaining("by hand") });
    expect(room.cancel(1, "screen").transfer).toBe("cancelled");
    expect(room.retry(1, "screen")).toMatchObject({ transfer: "pending", reason: null, nextAttemptAt: 1_000 });
    expect(actions(1)).toEqual(["delivery-hold by screen", "delivery-cancel by screen", "delivery-retry by screen"]);
  });

  it("nothing is changed that is under way, done, or not there", () => {
    const { room, renditions } = outbox();
    owedStill(database, renditions, 1);
    expect(codeOf(() => room.retry(9, "screen"))).toBe("unknown-delivery");
    claimNext(database, "PACS", ["still"], now);
    for (const act of [room.hold, room.cancel, room.retry])
      expect(codeOf(() => act.call(room, 1, "s"))).toBe("not-now");
    expect(codeOf(() => room.get(9))).toBe("unknown-delivery");
  });

  it("nothing is sent whose file was removed", () => {
    const { room, renditions } = outbox();
    owedStill(database, renditions, 1);
    room.cancel(1, "screen");
    database.prepare("UPDATE instance SET file_removed_at = 1").run();
    expect(codeOf(() => room.retry(1, "screen"))).toBe("not-now");
    expect(room.get(1).transfer).toBe("cancelled");
  });

  it("what a node did not commit to is sent again, and asked for again", () => {
    const { room, renditions } = outbox();
    owedStill(database, renditions, 1);
    refused(0);
    expect(codeOf(() => room.retry(1, "screen"))).toBe("not-now");
    database.prepare("UPDATE delivery SET commitment = 'failed'").run();
    expect(room.retry(1, "screen")).toMatchObject({ transfer: "pending", commitment: "owed" });
  });

  it("a standby that was not needed is sent when a person wants it", () => {
    const { room, renditions } = outbox({ PACS: {}, SPARE: {} }, withStandby("PACS", "SPARE", 0));
    owedStill(database, renditions, 1);
    refused(0);
    expect(claimNext(database, "SPARE", ["still"], now)).toBeUndefined();
    expect(room.retry(2, "screen")).toMatchObject({ transfer: "pending", importance: "secondary" });
    expect(claimNext(database, "SPARE", ["still"], now)?.id).toBe(2);
  });
});

describe("another encoding", () => {
  it("is offered for what is held, and sent by hand; it is not remembered", () => {
    const { room, renditions } = outbox();
    let wanted = 0;
    room.onRenditionWanted(() => {
      wanted += 1;
    });
    owedStill(database, renditions, 1);
    expect(room.get(1).otherEncoding).toBeNull();
    refused();
    expect(room.get(1).otherEncoding).toBe("Secondary Capture Image, as recorded");
    expect(room.sendAs(1, "screen")).toMatchObject({
      transfer: "replaced",
      reason: "Sent as Secondary Capture Image, as recorded instead, by hand.",
    });
    expect(wanted).toBe(1);
    expect(room.encodings()).toEqual([]);
    expect(actions(1).slice(-2)).toEqual(["delivery-replaced by screen", "delivery-send-as by screen"]);
    expect(codeOf(() => room.sendAs(1, "screen"))).toBe("not-now");
  });

  it("retrying a clip that is larger than the node's limit is by now sends it in parts, once", () => {
    const { renditions } = outbox();
    owedClip(database, renditions, 1);
    refused();
    const { room } = outbox({ PACS: { encoding: { maxInstanceBytes: 65_536 + 200 } } });
    expect(room.retry(1, "screen")).toMatchObject({ transfer: "replaced", reason: expect.stringMatching(/in parts/) });
    expect(database.prepare("SELECT key, state FROM rendition ORDER BY rowid").all()).toEqual([
      { key: "original", state: "made" },
      { key: "parts/200", state: "wanted" },
    ]);
    expect(codeOf(() => room.retry(1, "screen"))).toBe("not-now");
  });

  it("is not offered where the node's settings leave none", () => {
    const { room, renditions } = outbox({ PACS: { encoding: { stills: ["original"] } } });
    owedStill(database, renditions, 1);
    refused();
    expect(room.get(1).otherEncoding).toBeNull();
    expect(codeOf(() => room.sendAs(1, "screen"))).toBe("no-other-encoding");
    expect(room.get(1).transfer).toBe("held");
  });

  it("that cannot be made gives the original back to a person, with the reason; a retry begins anew", () => {
    const { room, renditions } = outbox();
    owedClip(database, renditions, 1);
    refused();
    room.sendAs(1, "screen");
    room.renditionFailed("c1", "videoEndoscopic", "ffmpeg is missing.");
    expect(room.get(1)).toMatchObject({ transfer: "held", reason: "ffmpeg is missing." });
    room.retry(1, "screen");
    expect(database.prepare("SELECT key FROM rendition").all()).toEqual([{ key: "original" }]);
    refused();
    room.sendAs(1, "screen");
    expect(database.prepare("SELECT key, failure FROM rendition ORDER BY rowid").all()).toEqual([
      { key: "original", failure: null },
      { key: "videoEndoscopic", failure: null },
    ]);
  });

  describe("that could not be made", () => {
    const failed = () => {
      const { room, renditions } = outbox();
      owedClip(database, renditions, 1);
      refused();
      room.sendAs(1, "screen");
      room.renditionFailed("c1", "videoEndoscopic", "ffmpeg is missing.");
      return room;
    };

    it("and is made after all, replaces what was held for it", () => {
      const room = failed();
      instance(database, 2, { captureId: "c1", key: "videoEndoscopic", sopClassUid: "1.2" });
      database.transaction(() => room.oweRendition("c1", "videoEndoscopic"));
      expect(room.list({ limit: 9 }).map(({ transfer }) => transfer)).toEqual(["pending", "replaced"]);
    });

    it("is over when a person cancels", () => {
      failed().cancel(1, "screen");
      expect(database.prepare("SELECT key FROM rendition").all()).toEqual([{ key: "original" }]);
    });
  });

  it("is said on the screen, in words", () => {
    const { room, renditions } = outbox();
    owedClip(database, renditions, 1);
    refused();
    room.sendAs(1, "screen");
    const { transferSyntaxUid } = clip;
    instance(database, 2, { captureId: "c1", key: "videoEndoscopic", sopClassUid: clipUid, transferSyntaxUid });
    database.transaction(() => room.oweRendition("c1", "videoEndoscopic"));
    expect(room.get(2)).toMatchObject({ sentAs: "Video Endoscopic Image, as recorded", part: 1, parts: 1 });
    expect(room.get(1).sentAs).toBeNull();
  });

  it("that a node was found to need is listed, and forgotten by hand", () => {
    const { room } = outbox();
    database
      .prepare("INSERT INTO node_encoding VALUES ('PACS', ?, ?, 'videoEndoscopicMpeg2', 'refused', 5)")
      .run(clipUid, clip.transferSyntaxUid);
    expect(room.encodings()).toMatchObject([
      { node: "PACS", rung: "videoEndoscopicMpeg2", label: "Video Endoscopic Image, MPEG-2", learnedAt: 5 },
    ]);
    expect(room.forgetEncodings("PACS", "screen")).toBe(1);
    expect(room.encodings()).toEqual([]);
    expect(room.forgetEncodings("PACS", "screen")).toBe(0);
  });
});

describe("the list", () => {
  it("pages by id and filters by procedure and state", () => {
    const { room, renditions } = outbox();
    for (const number of [1, 2, 3]) owedStill(database, renditions, number);
    room.hold(2, "screen");
    const ids = (filter: Parameters<Outbox["list"]>[0]) => room.list(filter).map(({ id }) => id);
    expect(ids({ limit: 2 })).toEqual([3, 2]);
    expect(ids({ limit: 2, before: 2 })).toEqual([1]);
    expect(ids({ limit: 9, transfer: "held" })).toEqual([2]);
    expect(ids({ limit: 9, procedureId: "other" })).toEqual([]);
    expect(room.counts()).toEqual({ pending: 2, sending: 0, held: 1, oldestAt: 1_000 });
  });

  it("shows messages about steps beside instances, and what waits for a node that is gone from the settings", () => {
    const { room, renditions } = outbox({ PACS: {}, RIS: { roles: ["mpps"] } });
    owedStill(database, renditions, 1);
    const step: PerformedStep = {
      procedureId: "p",
      performedProcedureStepUid: "2.25.11",
      performedProcedureStepId: "1",
      begunAt: 0,
      patient: { patientName: "A^B", patientId: "1" },
      steps: [],
      studyInstanceUid: "2.25.10",
      studyId: "1",
      modality: "GM",
      description: "",
      performingPhysicianName: "",
    };
    database.transaction(() => {
      room.stepBegun(step);
      room.stepEnded(step, { at: 5, discontinued: null });
    });
    expect(room.list({ limit: 9 }).map(({ kind, node, captureId }) => [kind, node, captureId])).toEqual([
      ["mpps-set", "RIS", null],
      ["mpps-create", "RIS", null],
      ["instance", "PACS", "c1"],
    ]);
    const { room: later } = outbox({});
    expect(later.get(1).reason).toContain("not in the settings any more");
  });
});

describe("after the settings changed", () => {
  const started = async (room: Outbox): Promise<void> => {
    const ending = new AbortController();
    const running = room.run(ending.signal);
    ending.abort();
    await running;
  };

  it("what was being sent to a node that is gone can be cancelled", async () => {
    const { renditions } = outbox();
    owedStill(database, renditions, 1);
    claimNext(database, "PACS", ["still", "clip"], now);
    const { room } = outbox({ Other: {} });
    await started(room);
    expect(room.cancel(1, "screen").transfer).toBe("cancelled");
  });

  it("a node that proves nothing any more is not waited for; what it said it has not is a person's still", async () => {
    const { renditions } = outbox({ PACS: { roles: ["storage", "commitment"] } });
    for (const number of [1, 2]) owedStill(database, renditions, number);
    for (const _ of [1, 2]) refused(0);
    database.prepare("UPDATE delivery SET commitment = 'failed', commitment_reason = 'has it not' WHERE id = 2").run();
    const { room } = outbox();
    await started(room);
    expect(room.get(1)).toMatchObject({ transfer: "stored", commitment: "not-required" });
    expect(room.get(2)).toMatchObject({ transfer: "stored", commitment: "failed", commitmentReason: "has it not" });
    const audit = database.prepare("SELECT detail FROM audit WHERE action = 'proof-given-up'").all();
    expect(audit.map(({ detail }) => JSON.parse(String(detail)))).toEqual([{ deliveries: 1, nodes: ["PACS"] }]);
  });
});

it("a node that is down is said to be, and what waits for it says so too", async () => {
  const { room, renditions } = outbox({ PACS: { dimse: null, dicomweb: nowhere }, RIS: { roles: ["mpps"] } });
  owedStill(database, renditions, 1);
  const ending = new AbortController();
  const running = room.run(ending.signal);
  await until(() => room.nodeStates()[0]?.downSince !== null);
  const [pacs, ris] = room.nodeStates();
  expect(pacs).toMatchObject({ node: "PACS", downSince: 1_000, mppsRefusal: null, commitmentRefusal: null });
  expect(ris).toMatchObject({ node: "RIS", downSince: null });
  expect(room.get(1)).toMatchObject({ transfer: "pending", reason: pacs?.reason, attempts: 0 });
  ending.abort();
  await running;
});

/** Nobody listens there. */
const nowhere = {
  target: { url: "http://127.0.0.1:9", deadlines: { connectMs: 500, readMs: 500, writeMs: 500, responseMs: 500 } },
  uses: ["store"],
} as const;
