/** The tables of the conformance statement against what a box with those settings really proposes and accepts. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { loadSettings, type Settings } from "../../src/config/config.ts";
import { conformanceStatement } from "../../src/conformance/conformance.ts";
import { everyOriginal, stillClasses, stillEncodings, videoClasses } from "../../src/conformance/recorded.ts";
import {
  fragmentableTwin,
  scopelineImplementation,
  serviceClasses,
  sopClasses,
  transferSyntaxes,
} from "../../src/dicom/dicom.ts";
import { DicomPort } from "../../src/dicom-port.ts";
import { commandField } from "../../src/dimse/command-set.ts";
import type { AssociateRequest, Pdu } from "../../src/dimse/pdu.ts";
import { encodeAssociateRequest } from "../../src/dimse/pdu-writer.ts";
import { type Candidate, candidatesOf } from "../../src/fit/candidates.ts";
import type { FitNode } from "../../src/fit/node.ts";
import { negotiate, reach } from "../../src/fit/reach.ts";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { capture, emptyStore, facts, instance, renditionsFor, toAll } from "../../src/outbox/outbox.fixture.ts";
import { Outbox, type PerformedStep } from "../../src/outbox/outbox.ts";
import type { Database } from "../../src/store/store.ts";
import { outboxNodes, routingOf, TlsOfSettings, worklistOptions } from "../../src/wiring.ts";
import { Worklist } from "../../src/worklist/worklist.ts";
import { until } from "../support/delivery-store.ts";
import { callRaw, Wire } from "../support/raw-peer.ts";
import { contextsIn, type Recorder, startRecorder, tableAfter } from "../support/statement.ts";

const names = ["Archive", "Vault", "Lister", "RIS"] as const;
const aeTitle = "BOX";

let directory = "";
let settings: Settings;
let statement = "";
let recorders: ReadonlyMap<string, Recorder>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-statement-"));
  // The first image that each archive gets it calls a duplicate, so that the box has to look for it.
  const duplicatesOnce = () => {
    let isFirst = true;
    return startRecorder(({ command }) => {
      if (command.commandField !== commandField.store || !isFirst) return 0;
      isFirst = false;
      return 0x0111;
    });
  };
  recorders = new Map(await Promise.all(names.map(async (name) => [name, await duplicatesOnce()] as const)));
  const file = join(directory, "config.yaml");
  await writeFile(file, stringify(settingsFile()));
  settings = await loadSettings(file);
  statement = conformanceStatement(settings, "0.0.0-test");
});

afterAll(async () => {
  for (const recorder of recorders.values()) await recorder[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** Nodes that differ in everything that a presentation context depends on. */
function settingsFile() {
  const node = (name: (typeof names)[number], roles: readonly string[], more = {}) => ({
    ...{ name, aeTitle: name.toUpperCase(), host: "127.0.0.1", port: recorders.get(name)?.port, roles },
    ...more,
  });
  return {
    station: { aeTitle, stationName: "BOX" },
    storage: { directory: "./data" },
    listener: { port: 0 },
    nodes: [
      node("Archive", ["storage", "commitment", "query"]),
      node("Vault", ["storage", "commitment"], {
        encoding: {
          fragmentable: true,
          stills: ["original", "vlMicroscopic", "vlEndoscopic", "vlPhotographic", "secondaryCapture"],
          clips: ["original", "videoMicroscopic", "multiFrameTrueColor"],
        },
      }),
      node("Lister", ["storage", "query"], { sending: { associations: 1 } }),
      node("RIS", ["worklist", "mpps"]),
    ],
  };
}

const recorder = (name: string): Recorder => {
  const found = recorders.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

describe("a box with these settings", () => {
  it("proposes to each node exactly the presentation contexts that its statement names", async () => {
    const expected = new Map(names.map((name) => [name, contextsIn(proposedTable(name))]));
    using database = emptyStore();
    await writeFile(join(directory, "f"), Buffer.alloc(300));
    const tls = new TlsOfSettings(settings);
    const common = { database, clock: Date.now, log: silentLog, news: new NewsFeed() };
    const nodes = outboxNodes(settings, tls);
    const station = { aeTitle, stationName: "BOX" };
    const outbox = new Outbox({ ...common, storageDirectory: directory, nodes, routing: routingOf(settings), station });
    oweEverything(database, nodes);
    database.transaction(() => {
      outbox.stepBegun(step);
      outbox.stepEnded(step, { at: Date.now(), discontinued: null });
    });
    const ending = new AbortController();
    const worklist = new Worklist({ ...common, ...worklistOptions(settings, tls) });
    const running = [outbox.run(ending.signal), worklist.start(ending.signal)];
    const missing = () =>
      names.flatMap((name) => {
        const proposed = recorder(name).contexts();
        return (expected.get(name) ?? []).filter((one) => !proposed.includes(one)).map((one) => `${name}: ${one}`);
      });
    await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
    await until(() => isIdle(database));
    ending.abort();
    await Promise.all(running);
    for (const name of names) {
      expect(recorder(name).contexts(), name).toEqual(expected.get(name));
      expect(recorder(name).failures).toEqual([]);
    }
  });

  it("calls itself and its limits what the statement says", () => {
    const parameters = new Map(
      tableAfter(statement, "#### 7.1.1 General Association Parameters").map((row) => [row.Name, row.Value]),
    );
    for (const name of names) {
      for (const { callingAeTitle, applicationContext, user } of recorder(name).requests) {
        expect(callingAeTitle).toBe(aeTitle);
        expect(applicationContext).toBe(parameters.get("Application Context Name"));
        expect(user.implementationClassUid).toBe(parameters.get("Implementation Class UID"));
        expect(user.implementationVersionName).toBe(parameters.get("Implementation Version Name"));
        expect(String(user.maxPduBytes)).toBe(
          tableAfter(statement, "##### 7.2.1.2 Association Parameters of Scopeline").find((row) => row.Node === name)?.[
            "Maximum PDU taken"
          ],
        );
        expect(user.roles ?? []).toEqual([]);
      }
    }
  });
});

describe("a fit test", () => {
  it("proposes exactly the presentation contexts that the statement names", async () => {
    await using peer = await startRecorder();
    const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: "NODE", callingAeTitle: aeTitle };
    const node = { name: "Node", dimse: { address }, dicomweb: null } as unknown as FitNode;
    const { signal } = new AbortController();
    await reach(node, signal);
    for (const candidates of candidatesOfEveryBox()) await negotiate(node, candidates, signal);
    const line = "**Presentation contexts proposed by a fit test, to any node**";
    expect(peer.contexts()).toEqual(contextsIn(tableAfter(statement, line)));
  });
});

function candidatesOfEveryBox(): (readonly Candidate[])[] {
  const records = { stillEncodings, recordsHevc: true, recordsStereo: true };
  return stillClasses.flatMap((still) => videoClasses.map((clip) => candidatesOf({ still, clip, ...records })));
}

function proposedTable(name: string) {
  return tableAfter(statement, `**Presentation contexts proposed to ${name}**`);
}

/** One capture of each kind that this box can record, and one that is too long for one fragment. */
function oweEverything(database: Database, nodes: ReturnType<typeof outboxNodes>): void {
  const renditions = renditionsFor(database, nodes, Date.now, toAll);
  database.transaction(() => {
    let number = 0;
    for (const original of everyOriginal()) {
      const { sopClass, transferSyntaxUid } = original;
      const sopClassUid = sopClasses[sopClass].uid;
      number += 1;
      const short = capture(database, number, original);
      renditions.plan({ captureId: short, procedureId: "p", original, sizeBytes: 300 }, facts);
      instance(database, number, { captureId: short, sopClassUid, transferSyntaxUid });
      renditions.owe(short, "original");
      const twin = fragmentableTwin(transferSyntaxUid);
      if (twin === undefined) continue;
      number += 1;
      const sizeBytes = 5_000_000_000;
      const long = capture(database, number, original, sizeBytes);
      renditions.plan({ captureId: long, procedureId: "p", original, sizeBytes }, facts);
      instance(database, number, { captureId: long, sopClassUid, transferSyntaxUid: twin });
      renditions.owe(long, "original");
      const keys = database.prepare("SELECT key FROM rendition WHERE capture_id = ? AND state = 'wanted'").all(long);
      for (const { key } of keys) {
        number += 1;
        instance(database, number, { captureId: long, key: String(key), sopClassUid, transferSyntaxUid });
        renditions.owe(long, String(key));
      }
    }
  });
}

const step: PerformedStep = {
  procedureId: "p",
  performedProcedureStepUid: "2.25.11",
  performedProcedureStepId: "S1",
  begunAt: 0,
  patient: { patientName: "Test^Step", patientId: "1" },
  steps: [],
  studyInstanceUid: "2.25.10",
  studyId: "1",
  modality: "GM",
  description: "",
  performingPhysicianName: "",
};

/** Nothing is on its way. What the node calls a duplicate and does not find waits for its next turn. */
function isIdle(database: Database): boolean {
  const row = database
    .prepare(
      `SELECT count(*) AS n FROM delivery WHERE transfer = 'sending' OR (transfer = 'pending' AND attempts = 0)
       OR (kind <> 'instance' AND transfer <> 'stored')`,
    )
    .get();
  return Number(row?.n) === 0;
}

describe("the port of this box", () => {
  const syntaxes = Object.values(transferSyntaxes).flatMap((uid) => [uid, fragmentableTwin(uid) ?? []].flat());
  const everyClass = [
    ...[...Object.values(sopClasses).map(({ uid }) => uid), ...Object.values(serviceClasses)],
    // Patient Root, printing, UPS, Instance Availability Notification, CT: nothing of this is spoken.
    ...["1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.1.9", "1.2.840.10008.5.1.4.34.6.1"],
    ...["1.2.840.10008.5.1.4.33", "1.2.840.10008.5.1.4.1.1.2"],
  ];
  const rows = () => tableAfter(statement, "**Presentation contexts accepted**");

  const request = (change: Partial<AssociateRequest> = {}): Buffer =>
    encodeAssociateRequest({
      calledAeTitle: aeTitle,
      callingAeTitle: "ANYBODY",
      applicationContext: "1.2.840.10008.3.1.1.1",
      contexts: [
        {
          id: 1,
          abstractSyntax: serviceClasses.verification,
          transferSyntaxes: [transferSyntaxes.implicitLittleEndian],
        },
      ],
      user: { maxPduBytes: 16_384, implementationClassUid: "1.2.3", implementationVersionName: "TEST" },
      ...change,
    });

  async function openPort(): Promise<DicomPort> {
    const port = new DicomPort({ settings, tls: undefined, onEventReport: async () => 0, log: silentLog });
    await port.open();
    return port;
  }

  const ask = async (port: DicomPort, bytes: Buffer): Promise<Pdu> => {
    using wire = await callRaw(port.port ?? 0);
    await wire.send(bytes);
    return await wire.pdu();
  };

  it("accepts exactly the presentation contexts that the statement names, whatever is proposed", async () => {
    await using port = await openPort();
    const accepted: string[] = [];
    for (const abstractSyntax of everyClass) {
      const contexts = syntaxes.map((uid, index) => ({ id: index * 2 + 1, abstractSyntax, transferSyntaxes: [uid] }));
      const answer = await ask(port, request({ contexts }));
      if (answer.type !== "associate-ac") throw new Error(answer.type);
      for (const { result, transferSyntax } of answer.contexts)
        if (result === 0) accepted.push(`${abstractSyntax} ${transferSyntax}`);
    }
    const named = rows().flatMap((row) => (row.UIDs ?? "").split(", ").map((uid) => `${row.UID} ${uid}`));
    expect(accepted.sort()).toEqual(named.sort());
  });

  it("prefers the transfer syntax that the statement names first, and takes the role it names", async () => {
    await using port = await openPort();
    for (const row of rows()) {
      const abstractSyntax = row.UID ?? "";
      const contexts = [{ id: 1, abstractSyntax, transferSyntaxes: syntaxes }];
      const roles = [{ sopClassUid: abstractSyntax, isScu: true, isScp: true }];
      const user = { maxPduBytes: 0, implementationClassUid: "1.2.3", implementationVersionName: "T", roles };
      const answer = await ask(port, request({ contexts, user }));
      if (answer.type !== "associate-ac") throw new Error(answer.type);
      expect(answer.contexts[0]?.transferSyntax).toBe((row.UIDs ?? "").split(", ")[0]);
      const [granted] = answer.user.roles ?? [];
      expect(granted).toEqual({ sopClassUid: abstractSyntax, isScu: row.Role === "SCP", isScp: row.Role === "SCU" });
      expect(answer.user.implementationClassUid).toBe(scopelineImplementation.classUid);
    }
  });

  it("ends an association without a request after the time that the statement names", async () => {
    const idleMs = Number(/without a request for (\d+) s is aborted/.exec(statement)?.[1]) * 1_000;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await using port = await openPort();
      using wire = await callRaw(port.port ?? 0);
      await wire.send(request());
      expect((await wire.pdu()).type).toBe("associate-ac");
      let isOver = false;
      const next = wire.pdu().finally(() => {
        isOver = true;
      });
      vi.advanceTimersByTime(idleMs - 1);
      // A turn of the network: an A-ABORT would have come by now.
      await ask(port, request());
      expect(isOver).toBe(false);
      vi.advanceTimersByTime(1);
      expect((await next).type).toBe("abort");
    } finally {
      vi.useRealTimers();
    }
  });

  it("turns away whom the statement says, with that reason", async () => {
    await using port = await openPort();
    const reasons = tableAfter(statement, `##### 7.2.1.4 Association Acceptance`).map((row) =>
      [row.Result, row.Source, row.Reason].map((cell) => Number(cell?.split(" ")[0])),
    );
    const noVersion1 = request();
    noVersion1.writeUInt16BE(0b10, 6);
    const foreign = request();
    // The last digit of the application context name, behind the fixed fields.
    foreign.write("9", foreign.indexOf("1.2.840.10008.3.1.1.1") + 20, "latin1");
    const wrong = [noVersion1, foreign, request({ calledAeTitle: "ANOTHER" })];
    for (const [index, bytes] of wrong.entries()) {
      const answer = await ask(port, bytes);
      if (answer.type !== "associate-rj") throw new Error(answer.type);
      expect([answer.result, answer.source, answer.reason]).toEqual(reasons[index]);
    }
    const counts = /At most (\d+) associations on each port, (\d+) of one address/.exec(statement);
    const [most, perAddress] = [Number(counts?.[1]), Number(counts?.[2])];
    await using open = new AsyncDisposableStack();
    const come = async (address: string): Promise<Pdu> => {
      const socket = connect({ port: port.port ?? 0, host: "127.0.0.1", localAddress: address, noDelay: true });
      open.defer(() => void socket.destroy());
      await once(socket, "connect");
      const wire = new Wire(socket);
      await wire.send(request());
      return wire.pdu();
    };
    const tooMany = { type: "associate-rj", result: reasons[3]?.[0], source: reasons[3]?.[1], reason: reasons[3]?.[2] };
    let isIn = 0;
    for (let address = 1; isIn < most; address += 1) {
      for (let count = 0; count < perAddress && isIn < most; count += 1) {
        expect((await come(`127.0.0.${address}`)).type).toBe("associate-ac");
        isIn += 1;
      }
      expect(await come(`127.0.0.${address}`)).toMatchObject(tooMany);
    }
    expect(await come("127.0.0.99")).toMatchObject(tooMany);
  });
});
