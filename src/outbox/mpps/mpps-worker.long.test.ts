import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  addProcedure,
  auditOf,
  brokenRules,
  deliveryRows,
  openDeliveryStore,
  until,
} from "../../../test/support/delivery-store.ts";
import { outboxNode } from "../../../test/support/outbox.ts";
import { type ScriptedProvider, type Step, startScriptedProvider } from "../../../test/support/scripted-provider.ts";
import { commandField } from "../../dimse/command-set.ts";
import { silentLog } from "../../lib/log.ts";
import { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import { changeByHand } from "../by-hand-rows.ts";
import type { OutboxNode } from "../node.ts";
import type { PerformedStep } from "../performed-step.ts";
import { MppsWorker } from "./mpps-worker.ts";
import { stepBegun, stepEnded } from "./rows.ts";

const step: PerformedStep = {
  procedureId: "p",
  performedProcedureStepUid: "2.25.11",
  performedProcedureStepId: "1",
  begunAt: 0,
  patient: { patientName: "Müller^B", patientId: "1" },
  steps: [],
  studyInstanceUid: "2.25.10",
  studyId: "1",
  modality: "GM",
  description: "",
  performingPhysicianName: "",
};
const noLongerUpdated = "Performed Procedure Step Object may no longer be updated";
const ended = { at: 1_000, discontinued: null };
const begin = (one: PerformedStep = step) =>
  stepBegun(database, one, { nodes: ["RIS"], station: { aeTitle: "SCOPELINE", stationName: "OR 1" }, at: Date.now() });
const end = (one: PerformedStep = step) => stepEnded(database, one, ended, Date.now());

let database: Database;
let ending: AbortController;
let running: Promise<unknown> | undefined;

beforeEach(() => {
  ending = new AbortController();
  database = openDeliveryStore();
});

afterEach(async () => {
  ending.abort();
  await running;
  running = undefined;
  expect(brokenRules(database)).toEqual([]);
  database.close();
});

function start(provider: { readonly port: number }, changes: Partial<OutboxNode> = {}): MppsWorker {
  const address = { host: "127.0.0.1", port: provider.port, calledAeTitle: "RIS", callingAeTitle: "SCOPELINE" };
  const base = outboxNode("RIS", address);
  const deadlines = { responseMs: 1_500, releaseMs: 1_500, associationMs: 5_000 };
  const retry = { firstMs: 10, maxMs: 20, heldAfterAttempts: 7 };
  const node: OutboxNode = { ...base, roles: ["mpps"], dimse: { address, deadlines }, retry, ...changes };
  const worker = new MppsWorker({ database, node, clock: Date.now, log: silentLog, news: new NewsFeed() });
  running = worker.run(ending.signal);
  return worker;
}

const states = () => deliveryRows(database).map(({ transfer }) => transfer);
const isSettled = (transfer: unknown): boolean => transfer !== "pending" && transfer !== "sending";
const settled = () => until(() => states().length > 0 && states().every(isSettled) && deliveryRows(database));
const heard = (provider: ScriptedProvider) => provider.requests.map(({ field }) => field);
const { create, set } = commandField;

describe("a step", () => {
  it("is told of in order, on one association where both messages are due", async () => {
    await using provider = await startScriptedProvider([]);
    begin();
    end();
    start(provider);
    expect(await settled()).toMatchObject([
      { kind: "mpps-create", transfer: "stored", attempts: 1 },
      { kind: "mpps-set", transfer: "stored", attempts: 1 },
    ]);
    expect(heard(provider)).toEqual([create, set]);
    expect(provider.associations).toBe(1);
    expect(provider.requests).toMatchObject([
      { sopInstanceUid: "2.25.11", dataSet: { PatientName: "Müller^B", SpecificCharacterSet: "ISO_IR 192" } },
      { sopInstanceUid: "2.25.11", dataSet: { PerformedProcedureStepStatus: "COMPLETED" } },
    ]);
    expect(auditOf(database, 1)).toEqual(["delivery-attempt", "delivery-stored"]);
    expect(database.prepare("SELECT outcome, status FROM attempt ORDER BY id").all()).toEqual([
      { outcome: "stored", status: 0 },
      { outcome: "stored", status: 0 },
    ]);
  });

  it("is owed once, whatever is asked for twice, and its end only where its begin was", () => {
    end();
    expect(states()).toEqual([]);
    begin();
    begin();
    end();
    stepEnded(database, step, { at: 2_000, discontinued: null }, 5);
    const reason = { codeValue: "110513", codingSchemeDesignator: "DCM", codeMeaning: "Discontinued" };
    stepEnded(database, step, { at: 2_000, discontinued: reason }, 5);
    expect(deliveryRows(database).map(({ kind }) => kind)).toEqual(["mpps-create", "mpps-set"]);
  });

  it("of which nobody is to be told leaves nothing", () => {
    stepBegun(database, step, { nodes: [], station: { aeTitle: "A", stationName: "" }, at: 1 });
    end();
    expect(states()).toEqual([]);
    expect(database.prepare("SELECT count(*) AS n FROM mpps_message").get()).toEqual({ n: 0 });
  });

  it("whose begin is held keeps its end back, and no other step", async () => {
    await using provider = await startScriptedProvider([{ status: 0x0120 }]);
    addProcedure(database, "q", "2.25.21", "2.25.20");
    begin();
    end();
    begin({ ...step, procedureId: "q", performedProcedureStepUid: "2.25.21" });
    const worker = start(provider);
    await until(() => states()[2] === "stored");
    expect(states()).toEqual(["held", "pending", "stored"]);
    changeByHand(database, 1, "retry", "screen", Date.now());
    worker.wake(true);
    await settled();
    expect(states()).toEqual(["stored", "stored", "stored"]);
    expect(heard(provider)).toEqual([create, create, create, set]);
  });

  it("whose begin was cancelled by hand is not ended there either, until its begin is sent after all", async () => {
    await using provider = await startScriptedProvider([]);
    begin();
    end();
    changeByHand(database, 1, "cancel", "screen", Date.now());
    const worker = start(provider);
    await settled();
    expect(states()).toEqual(["cancelled", "cancelled"]);
    expect(provider.associations).toBe(0);
    changeByHand(database, 1, "retry", "screen", Date.now());
    worker.wake(true);
    await until(() => states().every((state) => state === "stored"));
    expect(heard(provider)).toEqual([create, set]);
  });

  it("is held, never told with question marks, where the node's character set cannot hold its text", async () => {
    await using provider = await startScriptedProvider([]);
    begin({ ...step, patient: { patientName: "山田^太郎", patientId: "1" } });
    const { encoding } = outboxNode("RIS", { host: "", port: 1, calledAeTitle: "", callingAeTitle: "" });
    start(provider, { encoding: { ...encoding, characterSet: "ISO_IR 100" } });
    const [row] = await settled();
    expect(row).toMatchObject({ transfer: "held", reason: expect.stringContaining("PatientName") });
    expect(provider.requests).toEqual([]);
  });
});

it("a step that was never sent is not taken for told because it has ended there", async () => {
  await using provider = await startScriptedProvider([
    { status: 0 },
    { status: 0x0110, errorComment: noLongerUpdated },
  ]);
  begin();
  end();
  // Kept here for a character set, say: it was looked at, and nothing left.
  database.prepare("INSERT INTO attempt (delivery_id, started_at, ended_at, outcome) VALUES (2, 0, 0, 'held')").run();
  start(provider);
  await until(() => states()[1] === "held");
  expect(states()).toEqual(["stored", "held"]);
});

describe("the answer", () => {
  type Row = { create?: readonly Step[]; set?: readonly Step[]; ends: readonly [unknown, unknown]; requests?: number };
  const full = Array<Step>(7).fill({ status: 0xa700 });
  const busy = Array<Step>(7).fill({ status: 0x0213 });
  const failing = Array<Step>(5).fill({ status: 0x0110 });
  const unknown = Array<Step>(5).fill({ status: 0x7777 });
  const lost = ["abort", "reset", "silence", "wrong-message-id", "wrong-instance"] as const;
  const notNow = ["reject-permanent", "reject-transient", "close"] as const;
  const rows: Record<string, Row> = {
    "0111 to the begin: it had arrived": { create: [{ status: 0x0111 }], ends: ["stored", "stored"] },
    "0107 and B000: done with a warning": {
      create: [{ status: 0x0107 }],
      set: [{ status: 0xb000 }],
      ends: ["stored", "stored"],
    },
    "0110 once: tried again": { create: [{ status: 0x0110 }], ends: ["stored", "stored"], requests: 3 },
    "0110 always: held after five": { create: failing, ends: ["held", "pending"], requests: 5 },
    "0110 to the end, without why: held after five": { set: failing, ends: ["stored", "held"], requests: 6 },
    "0110 to the end, because it has ended, and not by us: held at once": {
      set: [{ status: 0x0110, errorComment: noLongerUpdated }],
      ends: ["stored", "held"],
      requests: 2,
    },
    "0112 to the end, once: created again, then ended": {
      set: [{ status: 0x0112 }],
      ends: ["stored", "stored"],
      requests: 4,
    },
    "0112 to the end, twice: held": {
      set: [{ status: 0x0112 }, { status: 0 }, { status: 0x0112 }],
      ends: ["stored", "held"],
      requests: 4,
    },
    "0112 to the begin: a failure like any other": { create: [{ status: 0x0112 }], ends: ["stored", "stored"] },
    "0122 to the begin: not told at all": {
      create: [{ status: 0x0122 }],
      ends: ["cancelled", "cancelled"],
      requests: 1,
    },
    "0124: held": { create: [{ status: 0x0124 }], ends: ["held", "pending"], requests: 1 },
    "0120, 0106: held": { create: [{ status: 0x0120 }], ends: ["held", "pending"], requests: 1 },
    "C000 to the end: held": { set: [{ status: 0xc000 }], ends: ["stored", "held"], requests: 2 },
    "A700 twice: tried again": { create: full.slice(0, 2), ends: ["stored", "stored"], requests: 4 },
    "A700 always: held after the node's limit": { create: full, ends: ["held", "pending"], requests: 7 },
    "0213 always: held after the node's limit": { set: busy, ends: ["stored", "held"], requests: 8 },
    "an unknown status: like 0110": { create: unknown, ends: ["held", "pending"], requests: 5 },
    "a refused presentation context: not told at all": { create: ["refuse-context"], ends: ["cancelled", "cancelled"] },
    ...Object.fromEntries(
      lost.map((way): [string, Row] => [
        `${way} at the begin: told again, 0111 then is the proof`,
        { create: [way, { status: 0x0111 }], ends: ["stored", "stored"], requests: 3 },
      ]),
    ),
    ...Object.fromEntries(
      lost.map((way): [string, Row] => [
        `${way} at the end: told again, 0110 then is the proof where it says why`,
        {
          set: [way, { status: 0x0110, errorComment: noLongerUpdated }],
          ends: ["stored", "stored"],
          requests: 3,
        },
      ]),
    ),
    ...Object.fromEntries(
      notNow.map((way): [string, Row] => [
        `${way}: told later`,
        { create: [way, way, way], ends: ["stored", "stored"], requests: 2 },
      ]),
    ),
  };

  it.each(Object.entries(rows))("%s", async (_name, row) => {
    await using provider = await startScriptedProvider([...(row.create ?? [{ status: 0 }]), ...(row.set ?? [])]);
    begin();
    end();
    start(provider);
    const [creation, ending] = row.ends;
    await until(() => states()[0] === creation && states()[1] === ending);
    if (row.requests !== undefined) expect(provider.requests).toHaveLength(row.requests);
    for (const { transfer, reason, warning } of deliveryRows(database)) {
      if (transfer === "held" || transfer === "cancelled") expect(reason).toMatch(/RIS|told/);
      if (transfer === "stored") expect(reason).toBeNull();
      else expect(warning).toBeNull();
    }
    const attempts = database.prepare("SELECT count(*) AS n FROM attempt").get();
    const audited = database.prepare("SELECT count(*) AS n FROM audit WHERE action = 'delivery-attempt'").get();
    expect(audited).toEqual(attempts);
  });

  it("of a node that never answers makes it a node that is down, and keeps what is owed", async () => {
    await using provider = await startScriptedProvider(["reset", "abort", "silence"]);
    begin();
    const worker = start(provider);
    await until(() => worker.state().downSince !== null);
    expect(worker.state()).toMatchObject({ node: "RIS", reason: expect.stringContaining("stopped answering") });
    expect(states()[0]).not.toBe("held");
    await settled();
    expect(worker.state()).toMatchObject({ downSince: null, reason: null });
  });

  it("of a node without the role is told in its state, until it takes steps", async () => {
    await using provider = await startScriptedProvider(["refuse-context"]);
    begin();
    const worker = start(provider);
    await settled();
    expect(worker.state()).toMatchObject({ downSince: null, refusal: expect.stringContaining("does not take") });
    expect(auditOf(database, 1)).toEqual(["delivery-attempt", "delivery-cancel"]);
    changeByHand(database, 1, "retry", "screen", Date.now());
    worker.wake(true);
    await until(() => states()[0] === "stored");
    expect(worker.state().refusal).toBeNull();
  });
});

it("a box that was stopped while it told a step tells it again, and knows its end by the answer", async () => {
  begin();
  end();
  database.prepare("UPDATE delivery SET transfer = 'sending' WHERE id = 1").run();
  await using provider = await startScriptedProvider([{ status: 0x0111 }]);
  start(provider);
  await settled();
  expect(states()).toEqual(["stored", "stored"]);
  expect(database.prepare("SELECT outcome FROM attempt WHERE delivery_id = 1 ORDER BY id").all()).toEqual([
    { outcome: "interrupted" },
    { outcome: "stored" },
  ]);
});

it("a clock that was set back an hour keeps nothing waiting for an hour", async () => {
  begin();
  database.prepare("UPDATE delivery SET next_attempt_at = ?").run(Date.now() + 3_600_000);
  await using provider = await startScriptedProvider([]);
  start(provider);
  await settled();
  expect(states()).toEqual(["stored"]);
});
