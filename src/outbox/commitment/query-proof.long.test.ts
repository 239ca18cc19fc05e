import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  auditOf,
  brokenRules,
  deliveryRows,
  instanceUid,
  openDeliveryStore,
  seriesUid,
  studyUid,
  until,
} from "../../../test/support/delivery-store.ts";
import { outboxNode } from "../../../test/support/outbox.ts";
import { type AnswerStep, type Step, startScriptedProvider } from "../../../test/support/scripted-provider.ts";
import { startWebPeer, type WebWire } from "../../../test/support/web-peer.ts";
import { silentLog } from "../../lib/log.ts";
import { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import type { NodeRole, OutboxNode } from "../node.ts";
import { CommitmentReports } from "./commitment-reports.ts";
import { CommitmentWorker } from "./commitment-worker.ts";
import { findAtNode, findsInstance } from "./verify.ts";

let database: Database;
let ending: AbortController;
let running: Promise<void> | undefined;
let worker: CommitmentWorker | undefined;

beforeEach(() => {
  ending = new AbortController();
  database = openDeliveryStore({ stills: 3 });
});

afterEach(async () => {
  ending.abort();
  await running;
  running = undefined;
  expect(brokenRules(database)).toEqual([]);
  database.close();
});

function nodeOf(port: number, roles: readonly NodeRole[], web?: { readonly port: number }): OutboxNode {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PACS", callingAeTitle: "SCOPELINE" };
  const deadlines = { connectMs: 5_000, readMs: 5_000, writeMs: 5_000, responseMs: 5_000 };
  return {
    ...outboxNode("PACS", address),
    roles: ["storage", ...roles],
    dimse: { address, deadlines: { responseMs: 1_500, releaseMs: 1_500 } },
    dicomweb: web ? { target: { url: `http://127.0.0.1:${web.port}/dicom`, deadlines }, uses: ["query"] } : null,
    retry: { firstMs: 10, maxMs: 20, heldAfterAttempts: 7 },
    commitment: { reportWithinMs: 60_000, askAgain: 1 },
  };
}

function start(node: OutboxNode): CommitmentWorker {
  const common = { database, clock: Date.now, log: silentLog, news: new NewsFeed(), wake: () => {} };
  const reports = new CommitmentReports(common);
  worker = new CommitmentWorker({ ...common, node, reports, lingerMs: 20 });
  running = worker.run(ending.signal);
  return worker;
}

const rows = () => deliveryRows(database);
const match = (number: number) => ({
  QueryRetrieveLevel: "IMAGE",
  StudyInstanceUID: studyUid,
  SeriesInstanceUID: seriesUid,
  SOPInstanceUID: instanceUid(number),
});
const finds = (...numbers: number[]): AnswerStep => ({ status: 0, matches: numbers.map(match) });

describe("a node that can only be queried", () => {
  it("is asked once for a whole series, and what it lists is safe, by query", async () => {
    await using provider = await startScriptedProvider([finds(1, 2, 3)]);
    start(nodeOf(provider.port, ["query"]));
    await until(() => rows().every(({ commitment }) => commitment === "committed"));
    expect(rows().map(({ verifiedBy }) => verifiedBy)).toEqual(["query", "query", "query"]);
    expect(provider.requests).toHaveLength(1);
    expect(provider.requests[0]?.dataSet).toMatchObject({
      QueryRetrieveLevel: "IMAGE",
      StudyInstanceUID: studyUid,
      SeriesInstanceUID: seriesUid,
    });
    expect(auditOf(database, 1)).toEqual(["delivery-stored", "delivery-committed"]);
  });

  it("may take a while to list what it has; what it still does not list is sent again", async () => {
    await using provider = await startScriptedProvider([finds(1), finds(), finds(2), finds()]);
    const started = start(nodeOf(provider.port, ["query"]));
    await until(() => rows()[0]?.commitment === "committed");
    expect(rows()[1]).toMatchObject({ transfer: "stored", commitment: "owed" });
    expect(rows()[1]?.commitmentReason).toContain("does not list it yet");
    // The pause between two looks ends early.
    for (let looks = 2; looks <= 3; looks += 1) {
      started.wake(true);
      await until(() => provider.requests.length >= looks);
    }
    await until(() => rows()[2]?.transfer === "pending");
    expect(rows().map(({ transfer }) => transfer)).toEqual(["stored", "stored", "pending"]);
    expect(rows().map(({ commitment }) => commitment)).toEqual(["committed", "committed", "owed"]);
    expect(auditOf(database, 3)).toEqual(["delivery-stored", "delivery-again"]);
  });

  it("woken while its answer is on the way is looked at once more, and at once", async () => {
    let started: CommitmentWorker | undefined;
    const first = async () => started?.wake(true);
    await using provider = await startScriptedProvider([{ ...finds(1), first }, finds(2, 3)]);
    started = start(nodeOf(provider.port, ["query"]));
    await until(() => rows().every(({ commitment }) => commitment === "committed"));
    expect(provider.requests).toHaveLength(2);
  });

  it.each<Step>(["refuse-context", { status: 0xa900 }])(
    "that takes no queries (%o) leaves it unproven, and says so",
    async (step) => {
      await using provider = await startScriptedProvider([step]);
      start(nodeOf(provider.port, ["query"]));
      await until(() => rows()[0]?.commitmentReason !== null);
      expect(rows()[0]).toMatchObject({ transfer: "stored", commitment: "owed" });
      expect(rows()[0]?.commitmentReason).toContain("takes no queries");
    },
  );

  it.each<Step>(["abort", "reset", "silence", "reject-transient", "reject-permanent", "close", { status: 0xa700 }])(
    "that meets %o is asked later, and nothing is sent again for it",
    async (step) => {
      await using provider = await startScriptedProvider([step, step, finds(1, 2, 3)]);
      start(nodeOf(provider.port, ["query"]));
      await until(() => rows().every(({ commitment }) => commitment === "committed"));
      expect(rows().map(({ transfer }) => transfer)).toEqual(["stored", "stored", "stored"]);
    },
  );
});

describe("a node with both roles", () => {
  it("that never reports is queried when asking did not help", async () => {
    for (const uid of ["2.25.51", "2.25.52"]) {
      database
        .prepare(
          "INSERT INTO commitment_request (transaction_uid, node, procedure_id, state, requested_at, due_at) VALUES (?, 'PACS', 'p', 'expired', 0, 0)",
        )
        .run(uid);
      for (const id of [1, 2, 3]) {
        database.prepare("INSERT INTO commitment_item (transaction_uid, delivery_id) VALUES (?, ?)").run(uid, id);
      }
    }
    await using provider = await startScriptedProvider([finds(1, 2, 3)]);
    start(nodeOf(provider.port, ["commitment", "query"]));
    await until(() => rows().every(({ commitment }) => commitment === "committed"));
    expect(rows()[0]).toMatchObject({ verifiedBy: "query" });
    expect(provider.requests.map(({ field }) => field)).toEqual([0x0020]);
  });

  it("that refuses commitment is queried instead", async () => {
    await using provider = await startScriptedProvider(["refuse-context", finds(1, 2, 3)]);
    const started = start(nodeOf(provider.port, ["commitment", "query"]));
    await until(() => rows().every(({ verifiedBy }) => verifiedBy === "query"));
    expect(started.state().refusal).toContain("storage commitment");
  });
});

describe("a query by QIDO-RS", () => {
  const json = (...numbers: number[]) =>
    JSON.stringify(numbers.map((number) => ({ "00080018": { vr: "UI", Value: [instanceUid(number)] } })));
  const wanted = (number: number, series = seriesUid) => ({
    studyInstanceUid: studyUid,
    seriesInstanceUid: series,
    sopInstanceUid: instanceUid(number),
  });
  const served = (answer: (path: string, wire: WebWire) => Promise<void>) =>
    startWebPeer(async (wire) => {
      for (;;) await answer((await wire.head()).split(" ")[1] ?? "", wire);
    });
  const ok = "200 OK";
  const type = "Content-Type: application/dicom+json";

  it("proves what it lists", async () => {
    await using web = await served((path, wire) =>
      wire.respond(ok, path.includes("offset") ? "[]" : json(1, 2, 3), type),
    );
    start(nodeOf(1, ["query"], web));
    await until(() => rows().every(({ verifiedBy }) => verifiedBy === "query"));
  });

  it("says which it has, and a 404 beside answers means none", async () => {
    await using web = await served((path, wire) =>
      path.includes("/series/2.25.13/")
        ? wire.respond("404 Not Found")
        : wire.respond(ok, path.includes("offset") ? "[]" : json(1), type),
    );
    const found = await findAtNode(nodeOf(1, ["query"], web), [wanted(1), wanted(2, "2.25.13")], ending.signal);
    expect(found).toEqual(new Set([instanceUid(1)]));
  });

  it("that meets nothing but 404 may have the wrong address, and proves nothing either way", async () => {
    await using web = await served((_path, wire) => wire.respond("404 Not Found"));
    await expect(findsInstance(nodeOf(1, ["query"], web), wanted(1), ending.signal)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("that the server does not do is no query, and one that fails is one for later", async () => {
    let status = "400 Bad Request";
    await using web = await served((_path, wire) => wire.respond(status));
    const node = nodeOf(1, ["query"], web);
    expect(await findsInstance(node, wanted(1), ending.signal)).toBe("cannot-ask");
    status = "500 Internal Server Error";
    await expect(findsInstance(node, wanted(1), ending.signal)).rejects.toMatchObject({ code: "status" });
  });
});

it("a list that was cut short is no proof of absence: what is not in it is asked for singly", async () => {
  const many = Array.from({ length: 5_001 }, (_, index) => match(10_000 + index));
  await using provider = await startScriptedProvider([{ status: 0, matches: many }, finds(1), finds(), finds(3)]);
  const wanted = [1, 2, 3].map((number) => ({
    studyInstanceUid: studyUid,
    seriesInstanceUid: seriesUid,
    sopInstanceUid: instanceUid(number),
  }));
  const { dimse, ...node } = nodeOf(provider.port, ["query"]);
  const patient = dimse && { ...dimse, deadlines: { responseMs: 15_000 } };
  const found = await findAtNode({ ...node, dimse: patient }, wanted, ending.signal);
  expect(found).toEqual(new Set([1, 3].map(instanceUid)));
});
