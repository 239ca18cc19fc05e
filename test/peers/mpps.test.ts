/** Performed procedure steps to providers that do not share a line with us: python3-odil, and the simulated hospital. */
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { MppsWorker } from "../../src/outbox/mpps/mpps-worker.ts";
import { stepBegun, stepEnded } from "../../src/outbox/mpps/rows.ts";
import type { OutboxNode, PerformedStep } from "../../src/outbox/outbox.ts";
import type { Database } from "../../src/store/store.ts";
import {
  addProcedure,
  brokenRules,
  deliveryRows,
  instanceUid,
  openDeliveryStore,
  until,
} from "../support/delivery-store.ts";
import { outboxNode } from "../support/outbox.ts";
import { describePeer, freePort, need, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type RunningProgram, start } from "../support/run.ts";

const step: PerformedStep = {
  procedureId: "p",
  performedProcedureStepUid: "2.25.11",
  performedProcedureStepId: "1",
  begunAt: Date.UTC(2026, 0, 1),
  patient: { patientName: "Müller^Jörg", patientId: "4711" },
  steps: [],
  studyInstanceUid: "2.25.10",
  studyId: "1",
  modality: "GM",
  description: "Step",
  performingPhysicianName: "Sur^Geon",
};
const reason = {
  codeValue: "110513",
  codingSchemeDesignator: "DCM",
  codeMeaning: "Discontinued for unspecified reason",
};

/** A store with one step of two pictures, and a worker that tells a provider of it once it is started. */
function telling(port: number, calledAeTitle: string, changes: Partial<OutboxNode> = {}) {
  const address = { host: "127.0.0.1", port, calledAeTitle, callingAeTitle: "SCOPELINE" };
  const node: OutboxNode = {
    ...outboxNode("RIS", address),
    roles: ["mpps"],
    dimse: { address, deadlines: { responseMs: 1_000, associationMs: 1_000 } },
    retry: { firstMs: 20, maxMs: 100, heldAfterAttempts: 8 },
    ...changes,
  };
  const database = openDeliveryStore({ stills: 2 });
  const ending = new AbortController();
  const options = { database, clock: Date.now, log: silentLog, news: new NewsFeed() };
  const worker = new MppsWorker({ ...options, node });
  let running: Promise<void> | undefined;
  return {
    database,
    start() {
      running = worker.run(ending.signal);
    },
    wake: () => worker.wake(),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      expect(brokenRules(database)).toEqual([]);
      database.close();
    },
  };
}

function begin(database: Database, one: PerformedStep = step): void {
  stepBegun(database, one, { nodes: ["RIS"], station: { aeTitle: "SCOPELINE", stationName: "OR 1" }, at: Date.now() });
}

function end(database: Database, one: PerformedStep = step, discontinued: typeof reason | null = null): void {
  stepEnded(database, one, { at: Date.UTC(2026, 0, 1, 1), discontinued }, Date.now());
}

const ofSteps = (database: Database) => deliveryRows(database).filter(({ kind }) => kind !== "instance");
const allStored = (database: Database) => until(() => ofSteps(database).every(({ transfer }) => transfer === "stored"));

describePeer("python3-odil", ["odil"], () => {
  async function startOdil(): Promise<RunningProgram & { readonly port: number }> {
    const port = await freePort();
    const script = resolve(import.meta.dirname, "mpps-odil.py");
    const program = start({ program: need("odil"), args: [script, String(port)] });
    await program.line((line) => line.includes("ready"));
    return Object.assign(program, { port });
  }

  it("is told of a step and its pictures, with a name that is not ASCII", async () => {
    await using odil = await startOdil();
    await using place = telling(odil.port, "ODIL");
    place.start();
    begin(place.database);
    place.wake();
    const created = JSON.parse(await odil.line((line) => line.includes('"create"')));
    expect(created).toMatchObject({ uid: "2.25.11", status: 0, state: "IN PROGRESS", name: "Müller^Jörg" });
    end(place.database);
    place.wake();
    const ended = JSON.parse(await odil.line((line) => line.includes('"set"')));
    expect(ended).toMatchObject({ uid: "2.25.11", status: 0, state: "COMPLETED", images: [1, 2].map(instanceUid) });
    await allStored(place.database);
  });

  it("answers 0111 to a begin that it has, and is told of the end all the same", async () => {
    await using odil = await startOdil();
    await using place = telling(odil.port, "ODIL");
    begin(place.database);
    place.start();
    await allStored(place.database);
    place.database.prepare("UPDATE delivery SET transfer = 'pending' WHERE kind = 'mpps-create'").run();
    end(place.database, step, reason);
    place.wake();
    await allStored(place.database);
    expect(ofSteps(place.database)[0]?.warning).toContain("had this step already");
    const set = JSON.parse(await odil.line((line) => line.includes('"set"')));
    expect(set).toMatchObject({ state: "DISCONTINUED", status: 0 });
  });

  it("that does not know a step any more is told of its begin again", async () => {
    await using odil = await startOdil();
    await using place = telling(odil.port, "ODIL");
    begin(place.database);
    end(place.database);
    place.database.prepare("UPDATE delivery SET transfer = 'stored' WHERE kind = 'mpps-create'").run();
    place.start();
    const lines: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      lines.push(await odil.line((line) => line.includes('"request"') && !lines.includes(line)));
    }
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { request: "set", status: 0x0112 },
      { request: "create", status: 0 },
      { request: "set", status: 0, state: "COMPLETED" },
    ]);
    await allStored(place.database);
  });
});

describePeer("the simulated hospital", [], () => {
  async function startRis() {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await temporaryDirectory());
    const hospital = stack.use(await startHospital({ directory: join(directory.path, "h") }));
    const owned = stack.move();
    return { hospital, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  it("checks every attribute of a step, begun, completed and discontinued", async () => {
    await using ris = await startRis();
    await using place = telling(ris.hospital.dicomPort, ris.hospital.aeTitle);
    addProcedure(place.database, "q", "2.25.21", "2.25.20");
    const other = { ...step, procedureId: "q", performedProcedureStepUid: "2.25.21", studyInstanceUid: "2.25.20" };
    begin(place.database);
    begin(place.database, other);
    end(place.database);
    end(place.database, other, reason);
    place.start();
    await allStored(place.database);
    const steps = await ris.hospital.mpps();
    expect(steps.map(({ state }) => state).toSorted()).toEqual(["COMPLETED", "DISCONTINUED"]);
  });

  it.each([
    { kind: "mpps-status", request: "create", status: "A700", times: 2 },
    { kind: "mpps-status", request: "set", status: "0213", times: 2 },
    { kind: "mpps-hang", times: 1 },
    { kind: "close-before-answer", to: "mpps", times: 2 },
    { kind: "abort-before-answer", to: "mpps", times: 1 },
    { kind: "wrong-message-id", to: "mpps", times: 1 },
    { kind: "reject-association", permanent: true, times: 2 },
    { kind: "association-close", times: 2 },
  ] as const)("with %o is told of both in the end, once each", async (fault) => {
    await using ris = await startRis();
    await ris.hospital.setFaults([fault]);
    await using place = telling(ris.hospital.dicomPort, ris.hospital.aeTitle);
    begin(place.database);
    end(place.database);
    place.start();
    await allStored(place.database);
    expect((await ris.hospital.mpps()).map(({ state }) => state)).toEqual(["COMPLETED"]);
  });

  it("that is closed for a while is told when it is open again", async () => {
    await using ris = await startRis();
    await ris.hospital.restart(600);
    await using place = telling(ris.hospital.dicomPort, ris.hospital.aeTitle);
    begin(place.database);
    end(place.database);
    place.start();
    await allStored(place.database);
    expect((await ris.hospital.mpps()).map(({ state }) => state)).toEqual(["COMPLETED"]);
  });
});
