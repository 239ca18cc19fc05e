import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addProcedure,
  addStored,
  auditOf,
  brokenRules,
  deliveryRows,
  instanceUid,
  openDeliveryStore,
  stillClass,
  until,
} from "../../../test/support/delivery-store.ts";
import { outboxNode } from "../../../test/support/outbox.ts";
import {
  type AnswerStep,
  type ScriptedProvider,
  type Step,
  startScriptedProvider,
  type Talk,
} from "../../../test/support/scripted-provider.ts";
import { itemsOf, textOf } from "../../dicom/dicom.ts";
import type { EventReport } from "../../dimse/dimse.ts";
import { silentLog } from "../../lib/log.ts";
import { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import type { OutboxNode } from "../node.ts";
import { CommitmentReports } from "./commitment-reports.ts";
import { CommitmentWorker } from "./commitment-worker.ts";

const minute = 60_000;

let database: Database;
let ending: AbortController;
let running: Promise<void> | undefined;
let aheadMs = 0;
let woken = 0;
const clock = () => Date.now() + aheadMs;

beforeEach(() => {
  ending = new AbortController();
  aheadMs = 0;
  woken = 0;
  database = openDeliveryStore({ stills: 3 });
});

afterEach(async () => {
  await stop();
  expect(brokenRules(database)).toEqual([]);
  database.close();
});

async function stop(): Promise<void> {
  ending.abort();
  await running;
  running = undefined;
}

/** A worker of a box that has just been started, and where reports come in. */
function start(provider: { readonly port: number }, changes: Partial<OutboxNode> = {}) {
  ending = new AbortController();
  const address = { host: "127.0.0.1", port: provider.port, calledAeTitle: "PACS", callingAeTitle: "SCOPELINE" };
  const base = outboxNode("PACS", address);
  const deadlines = { responseMs: 1_500, releaseMs: 1_500, associationMs: 5_000 };
  const node: OutboxNode = {
    ...base,
    roles: ["storage", "commitment"],
    dimse: { address, deadlines },
    retry: { firstMs: 10, maxMs: 20, heldAfterAttempts: 7 },
    commitment: { reportWithinMs: 60 * minute, askAgain: 2 },
    ...changes,
  };
  const common = { database, clock, log: silentLog, news: new NewsFeed() };
  const reports = new CommitmentReports({ ...common, wake: () => wake() });
  const worker = new CommitmentWorker({ ...common, node, reports, wake: () => wake(), lingerMs: 50 });
  const wake = () => {
    woken += 1;
    worker.wake();
  };
  running = worker.run(ending.signal);
  return { worker, reports };
}

const commitments = () => deliveryRows(database).map(({ commitment }) => commitment);
const transfers = () => deliveryRows(database).map(({ transfer }) => transfer);
const all = (commitment: string) => until(() => commitments().every((one) => one === commitment));
const requests = () =>
  database
    .prepare("SELECT transaction_uid AS uid, state FROM commitment_request ORDER BY rowid")
    .all()
    .map(({ uid, state }) => ({ uid: String(uid), state: String(state) }));
const asked = (provider: ScriptedProvider) =>
  provider.requests.map(({ dataSet }) =>
    itemsOf(dataSet, "ReferencedSOPSequence").map((item) => textOf(item, "ReferencedSOPInstanceUID")),
  );

const item = (number: number, more: object = {}) => ({
  ReferencedSOPClassUID: stillClass,
  ReferencedSOPInstanceUID: instanceUid(number),
  ...more,
});
const failed = (number: number, FailureReason: number) => item(number, { FailureReason });

/** An N-EVENT-REPORT as our port hands it on. */
function report(
  TransactionUID: string,
  committed: object[],
  failures: object[] = [],
  changes: object = {},
): EventReport {
  return {
    sopClassUid: "1.2.840.10008.1.20.1",
    sopInstanceUid: "1.2.840.10008.1.20.1.1",
    eventTypeId: failures.length > 0 ? 2 : 1,
    information: { TransactionUID, ReferencedSOPSequence: committed, FailedSOPSequence: failures } as never,
    caller: { callingAeTitle: "PACS", remoteAddress: "127.0.0.1" },
    ...changes,
  };
}

/** Takes the request and reports at once on the same association that it has all. */
const commitsAll: AnswerStep = {
  status: 0,
  after: async ({ request, report: tell }: Talk) => {
    const { TransactionUID, ReferencedSOPSequence } = request.dataSet;
    await tell(1, { TransactionUID, ReferencedSOPSequence } as never);
  },
};

/** As the sender does when an instance arrived again. */
function arrivesAgain(id: number): void {
  database
    .prepare(
      "UPDATE delivery SET transfer = 'stored', commitment = 'owed', stored_at = ? WHERE id = ? AND transfer = 'pending'",
    )
    .run(clock(), id);
}

describe("what a node stored", () => {
  it("is asked for in one request for each procedure, with rows before it leaves, and safe when the node says so", async () => {
    addProcedure(database, "q", "2.25.21", "2.25.20");
    addStored(database, "q", 4);
    const before: unknown[] = [];
    const step: AnswerStep = {
      ...commitsAll,
      first: async () => void before.push(requests().at(-1)?.state, commitments()[0]),
    };
    await using provider = await startScriptedProvider([step, commitsAll]);
    start(provider);
    await all("committed");
    expect(before).toEqual(["asking", "requested"]);
    expect(asked(provider)).toEqual([[1, 2, 3].map(instanceUid), [instanceUid(4)]]);
    expect(provider.associations).toBe(1);
    expect(deliveryRows(database)[0]).toMatchObject({ verifiedBy: "commitment", committedAt: expect.any(Number) });
    expect(auditOf(database, 1)).toEqual(["delivery-stored", "commitment-requested", "delivery-committed"]);
    await until(() => requests().every(({ state }) => state === "answered"));
  });

  it("waits while more of its procedure is on its way, for half a minute", async () => {
    database.prepare("UPDATE delivery SET stored_at = ?").run(clock());
    database.prepare("UPDATE delivery SET transfer = 'sending', commitment = 'not-required' WHERE id = 3").run();
    addProcedure(database, "q", "2.25.21", "2.25.20");
    addStored(database, "q", 4);
    await using provider = await startScriptedProvider([commitsAll, commitsAll]);
    const { worker } = start(provider);
    await until(() => commitments()[3] === "committed");
    expect(commitments()).toEqual(["owed", "owed", "not-required", "committed"]);
    aheadMs = 31_000;
    worker.wake();
    await until(() => commitments()[0] === "committed");
    expect(asked(provider)).toEqual([[instanceUid(4)], [1, 2].map(instanceUid)]);
    database.prepare("UPDATE delivery SET transfer = 'stored', commitment = 'owed' WHERE id = 3").run();
  });

  it("does not wait where a clock was set back since", async () => {
    database.prepare("UPDATE delivery SET stored_at = ?").run(clock() + 60 * minute);
    database.prepare("UPDATE delivery SET transfer = 'sending', commitment = 'not-required' WHERE id = 3").run();
    await using provider = await startScriptedProvider([commitsAll]);
    start(provider);
    await until(() => commitments()[0] === "committed");
  });

  it("of more than 500 instances is asked for in several requests", async () => {
    for (let number = 4; number <= 1_100; number += 1) addStored(database, "p", number);
    await using provider = await startScriptedProvider([commitsAll, commitsAll, commitsAll]);
    start(provider);
    await all("committed");
    expect(asked(provider).map((uids) => uids.length)).toEqual([500, 500, 100]);
    expect(new Set(asked(provider).flat()).size).toBe(1_100);
  });
});

describe("a report", () => {
  /** Everything asked, and nothing reported yet. */
  async function askedFor(provider: ScriptedProvider, changes: Partial<OutboxNode> = {}) {
    const started = start(provider, changes);
    await until(() => requests().at(-1)?.state === "asked");
    const [first] = requests();
    return { ...started, uid: first?.uid ?? "" };
  }

  it("may come on another association and hours later", async () => {
    await using provider = await startScriptedProvider([]);
    const { reports, uid } = await askedFor(provider);
    aheadMs = 59 * minute;
    expect(
      await reports.take(
        report(
          uid,
          [1, 2, 3].map((n) => item(n)),
        ),
      ),
    ).toBe(0);
    expect(commitments()).toEqual(["committed", "committed", "committed"]);
    expect(requests()).toMatchObject([{ state: "answered" }]);
  });

  it("that comes twice changes nothing the second time, whatever it says then", async () => {
    await using provider = await startScriptedProvider([]);
    const { reports, uid } = await askedFor(provider);
    const good = report(
      uid,
      [1, 2, 3].map((n) => item(n)),
    );
    expect(await reports.take(good)).toBe(0);
    const rows = deliveryRows(database);
    expect(await reports.take(good)).toBe(0);
    expect(await reports.take(report(uid, [], [failed(1, 0x0112)]))).toBe(0);
    expect(deliveryRows(database)).toEqual(rows);
    expect(auditOf(database, 1).filter((action) => action === "delivery-committed")).toHaveLength(1);
  });

  it("that comes before the answer to the request counts", async () => {
    let taken: (() => Promise<number>) | undefined;
    const early: AnswerStep = { status: 0, first: async () => void (await taken?.()) };
    await using provider = await startScriptedProvider([early]);
    const { reports } = start(provider);
    taken = () =>
      reports.take(
        report(
          requests()[0]?.uid ?? "",
          [1, 2, 3].map((n) => item(n)),
        ),
      );
    await all("committed");
    await until(() => requests()[0]?.state === "answered");
    expect(provider.requests).toHaveLength(1);
  });

  it("that comes before the request is refused counts, and the request stays answered", async () => {
    let taken: (() => Promise<number>) | undefined;
    const step: AnswerStep = { status: 0x0110, first: async () => void (await taken?.()) };
    await using provider = await startScriptedProvider([step]);
    const { reports } = start(provider);
    const news = until(() => provider.requests.length === 1);
    taken = () =>
      reports.take(
        report(
          requests()[0]?.uid ?? "",
          [1, 2, 3].map((n) => item(n)),
        ),
      );
    await news;
    await all("committed");
    await until(() => provider.associations === 1 && requests()[0]?.state !== "asking");
    await stop();
    expect(requests()).toMatchObject([{ state: "answered" }]);
  });

  it("about some says nothing about the others: they are asked for again when their time is over", async () => {
    await using provider = await startScriptedProvider([{ status: 0 }, commitsAll]);
    const { reports, uid, worker } = await askedFor(provider);
    expect(await reports.take(report(uid, [item(1)]))).toBe(0);
    expect(commitments()).toEqual(["committed", "requested", "requested"]);
    aheadMs = 61 * minute;
    worker.wake();
    await all("committed");
    expect(asked(provider)[1]).toEqual([2, 3].map(instanceUid));
    expect(new Set(requests().map((one) => one.uid)).size).toBe(2);
  });

  it("on a transaction that is over counts still", async () => {
    await using provider = await startScriptedProvider([]);
    const { reports, uid, worker } = await askedFor(provider);
    aheadMs = 61 * minute;
    worker.wake();
    await until(() => requests().length === 2 && requests()[1]?.state === "asked");
    expect(requests()[0]?.state).toBe("expired");
    expect(
      await reports.take(
        report(
          uid,
          [1, 2, 3].map((n) => item(n)),
        ),
      ),
    ).toBe(0);
    expect(commitments()).toEqual(["committed", "committed", "committed"]);
  });

  it("on an unknown transaction is refused and written down, but not as often as somebody likes", async () => {
    await using provider = await startScriptedProvider([]);
    await askedFor(provider);
    let lines = 0;
    const log = { ...silentLog, warn: () => void lines++ };
    const reports = new CommitmentReports({ database, clock, log, news: new NewsFeed(), wake: () => {} });
    for (let times = 0; times < 30; times += 1) expect(await reports.take(report("2.25.77", [item(1)]))).toBe(0x0115);
    expect(await reports.take(report("", [item(1)]))).toBe(0x0115);
    expect(commitments()).toEqual(["requested", "requested", "requested"]);
    const audited = database
      .prepare("SELECT count(*) AS n FROM audit WHERE action = 'commitment-report-unknown'")
      .get();
    expect(audited).toEqual({ n: 20 });
    expect(lines).toBe(20);
  });

  it("about instances that were not asked for, without a list or of another kind proves nothing", async () => {
    await using provider = await startScriptedProvider([]);
    const { reports, uid } = await askedFor(provider);
    addProcedure(database, "q", "2.25.21", "2.25.20");
    addStored(database, "q", 9);
    expect(await reports.take(report(uid, [item(9)]))).toBe(0x0115);
    expect(await reports.take(report(uid, []))).toBe(0x0115);
    expect(await reports.take(report(uid, [item(1)], [], { eventTypeId: 3 }))).toBe(0x0113);
    expect(await reports.take(report(uid, [item(1)], [], { sopClassUid: "1.2.3" }))).toBe(0x0118);
    expect(commitments().slice(0, 3)).toEqual(["requested", "requested", "requested"]);
  });

  it.each([0x0110, 0x0112, 0x0213, 0xa700, 0x4711])(
    "with reason %i sends the instance again, and asks again when it arrived",
    async (reason) => {
      await using provider = await startScriptedProvider([{ status: 0 }, commitsAll]);
      const { reports, uid, worker } = await askedFor(provider);
      expect(await reports.take(report(uid, [item(1), item(3)], [failed(2, reason)]))).toBe(0);
      expect(transfers()).toEqual(["stored", "pending", "stored"]);
      expect(commitments()).toEqual(["committed", "owed", "committed"]);
      expect(deliveryRows(database)[1]).toMatchObject({ reason: expect.stringContaining("Sent again by itself") });
      expect(woken).toBeGreaterThan(0);
      arrivesAgain(2);
      worker.wake();
      await all("committed");
      expect(asked(provider)[1]).toEqual([instanceUid(2)]);
      expect(auditOf(database, 2)).toContain("delivery-again");
    },
  );

  it("of a node that never keeps it is believed three times, then a person has to look", async () => {
    await using provider = await startScriptedProvider([]);
    const { reports, worker } = await askedFor(provider);
    for (let round = 1; round <= 4; round += 1) {
      const { uid } = await until(() => requests().length === round && requests().findLast((r) => r.state === "asked"));
      const others = round === 1 ? [item(1), item(3)] : [];
      expect(await reports.take(report(uid, others, [failed(2, 0x0112)]))).toBe(0);
      if (round === 4) break;
      arrivesAgain(2);
      worker.wake();
    }
    expect(transfers()).toEqual(["stored", "held", "stored"]);
    expect(deliveryRows(database)[1]).toMatchObject({ reason: expect.stringContaining("Ask its administrator") });
  });

  it.each([0x0119, 0x0122])("with reason %i is for a person: neither sent nor asked for again", async (reason) => {
    await using provider = await startScriptedProvider([]);
    const { reports, uid } = await askedFor(provider);
    expect(await reports.take(report(uid, [item(1), item(3)], [failed(2, reason)]))).toBe(0);
    expect(transfers()).toEqual(["stored", "stored", "stored"]);
    expect(deliveryRows(database)[1]).toMatchObject({
      commitment: "failed",
      commitmentReason: expect.stringContaining("Ask its administrator"),
    });
    expect(auditOf(database, 2)).toContain("commitment-failed");
  });

  it("that the transaction UID was in use asks again with another one", async () => {
    await using provider = await startScriptedProvider([{ status: 0 }, commitsAll]);
    const { reports, uid } = await askedFor(provider);
    expect(
      await reports.take(
        report(
          uid,
          [],
          [1, 2, 3].map((n) => failed(n, 0x0131)),
        ),
      ),
    ).toBe(0);
    await all("committed");
    expect(new Set(requests().map((one) => one.uid)).size).toBe(2);
    expect(transfers()).toEqual(["stored", "stored", "stored"]);
  });

  it("from before an instance was sent again does not count against it, nor for it", async () => {
    await using provider = await startScriptedProvider([]);
    const { reports, uid: oldest, worker } = await askedFor(provider);
    aheadMs = 61 * minute;
    worker.wake();
    const { uid: newer } = await until(
      () => requests().length === 2 && requests().findLast((r) => r.state === "asked"),
    );
    await reports.take(report(newer, [item(1), item(3)], [failed(2, 0x0112)]));
    arrivesAgain(2);
    worker.wake();
    await until(() => commitments()[1] === "requested");
    await reports.take(report(oldest, [item(2)]));
    expect(commitments()[1]).toBe("requested");
    expect(transfers()[1]).toBe("stored");
  });
});

describe("a request", () => {
  const lost = ["abort", "reset", "silence", "wrong-message-id", "wrong-instance"] as const;
  const refused = [0x0110, 0x0112, 0x0213, 0xa700, 0x0124, 0x7777].map((status): Step => ({ status }));
  const notNow = ["reject-permanent", "reject-transient", "close"] as const;

  it.each([...lost, ...refused, ...notNow])("that meets %o is made again, with a new Transaction UID", async (step) => {
    await using provider = await startScriptedProvider([step, commitsAll]);
    start(provider);
    await all("committed");
    const uids = provider.requests.map(({ dataSet }) => textOf(dataSet, "TransactionUID"));
    expect(new Set(uids).size).toBe(uids.length);
    // Nothing is written down for an association that did not come about.
    expect(requests()).toHaveLength(uids.length);
    await until(() => requests().at(-1)?.state === "answered");
  });

  it("whose answer was lost may be reported on all the same", async () => {
    await using provider = await startScriptedProvider(["abort", "silence"]);
    const { reports } = start(provider);
    const { uid } = await until(() => requests().find(({ state }) => state === "expired"));
    await reports.take(
      report(
        uid,
        [1, 2, 3].map((n) => item(n)),
      ),
    );
    await all("committed");
  });

  it.each<[string, Step]>([
    ["in negotiation", "refuse-context"],
    ["with 0122", { status: 0x0122 }],
  ])(
    "for a service that the node does not do, refused %s, is told in its state and blocks nothing",
    async (_name, step) => {
      await using provider = await startScriptedProvider([step]);
      const { worker } = start(provider);
      await until(() => worker.state().refusal !== null);
      expect(worker.state()).toMatchObject({ downSince: null, refusal: expect.stringContaining("storage commitment") });
      expect(commitments()).toEqual(["owed", "owed", "owed"]);
      expect(deliveryRows(database)[0]?.commitmentReason).toContain("storage commitment");
      worker.wake();
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(provider.associations).toBe(1);
      worker.wake(true);
      await until(() => requests().some(({ state }) => state === "asked"));
      expect(worker.state().refusal).toBeNull();
    },
  );

  it("that is never reported on is made again when its time is over, each time with a new Transaction UID", async () => {
    await using provider = await startScriptedProvider([]);
    const { worker } = start(provider);
    for (let round = 1; round <= 4; round += 1) {
      await until(() => requests().length === round && requests().at(-1)?.state === "asked");
      aheadMs += 61 * minute;
      worker.wake();
    }
    await until(() => requests().length === 5 && requests().at(-1)?.state === "asked");
    expect(new Set(requests().map(({ uid }) => uid)).size).toBe(5);
    expect(commitments()).toEqual(["requested", "requested", "requested"]);
    expect(auditOf(database, 1)).toContain("commitment-expired");
    expect(deliveryRows(database)[0]?.commitmentReason).toContain("did not report");
  });

  it("waits no longer than its time where a clock was set back", async () => {
    aheadMs = 24 * 60 * minute;
    await using provider = await startScriptedProvider([]);
    const { worker } = start(provider);
    await until(() => requests()[0]?.state === "asked");
    aheadMs = 0;
    worker.wake();
    await until(
      () => Number(database.prepare("SELECT due_at AS at FROM commitment_request").get()?.at) <= clock() + 60 * minute,
    );
  });
});

describe("a restart", () => {
  it("between the request and its report changes nothing: the report is taken", async () => {
    await using provider = await startScriptedProvider([]);
    start(provider);
    await until(() => requests()[0]?.state === "asked");
    await stop();
    const { reports } = start(provider);
    await reports.take(
      report(
        requests()[0]?.uid ?? "",
        [1, 2, 3].map((n) => item(n)),
      ),
    );
    await all("committed");
    expect(provider.requests).toHaveLength(1);
  });

  it("while asking ends that request, asks again, and still takes a report on the first", async () => {
    await using silent = await startScriptedProvider(["silence"]);
    start(silent);
    await until(() => silent.requests.length === 1);
    await stop();
    expect(requests()).toMatchObject([{ state: "asking" }]);
    await using provider = await startScriptedProvider([]);
    const { reports } = start(provider);
    await until(() => requests()[1]?.state === "asked");
    expect(requests()).toMatchObject([{ state: "expired" }, { state: "asked" }]);
    await reports.take(
      report(
        requests()[0]?.uid ?? "",
        [1, 2, 3].map((n) => item(n)),
      ),
    );
    await all("committed");
  });

  it("finds what waits for a report that nobody owes, and asks for it", async () => {
    database.prepare("UPDATE delivery SET commitment = 'requested'").run();
    await using provider = await startScriptedProvider([commitsAll]);
    start(provider);
    await all("committed");
  });
});
