import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../../test/support/delivery-store.ts";
import { type RawPeer, startRawPeer, type Wire } from "../../../test/support/raw-peer.ts";
import { decodeDataSet, encodeDataSet } from "../../dicom/dicom.ts";
import { commandField } from "../../dimse/command-set.ts";
import type { Message } from "../../dimse/message-reader.ts";
import { encodeAssociateReject, encodeReleaseResponse } from "../../dimse/pdu-writer.ts";
import { silentLog } from "../../lib/log.ts";
import { NewsFeed } from "../../lib/news.ts";
import type { Database } from "../../store/store.ts";
import { findsInstance } from "../commitment/verify.ts";
import { type DeliveryView, getDelivery } from "../list.ts";
import type { OutboxNode } from "../node.ts";
import { emptyStore, nodeNamed, owedStill, renditionsFor, toAll } from "../outbox.fixture.ts";
import { Outbox } from "../outbox.ts";
import { NodeWorker } from "./node-worker.ts";

const find = "1.2.840.10008.5.1.4.1.2.2.1";
const station = { aeTitle: "SCOPELINE", stationName: "T" };

let database: Database;
let directory = "";
let ending: AbortController;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-worker-"));
  await writeFile(join(directory, "f"), Buffer.alloc(300));
  ending = new AbortController();
  database = emptyStore();
});

afterEach(async () => {
  ending.abort();
  database.close();
  await rm(directory, { recursive: true, force: true });
});

const owe = (nodes: readonly OutboxNode[]) => owedStill(database, renditionsFor(database, nodes, Date.now), 1);

function options(peer: { readonly port: number }) {
  const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  const node = nodeNamed("PACS", { dimse: { address, deadlines: { releaseMs: 500 } } });
  const common = { database, storageDirectory: directory, clock: Date.now, log: silentLog, news: new NewsFeed() };
  return { node, ...common };
}

function workerOf(peer: { readonly port: number }) {
  const given = options(peer);
  return new NodeWorker({
    ...given,
    renditions: renditionsFor(database, [given.node], Date.now),
    lookUp: (wanted, signal) => findsInstance(given.node, wanted, signal),
    onStored: () => {},
    onWanted: () => {},
  });
}

const delivery = () => getDelivery(database, 1);
const tried = () =>
  until(() => {
    const found = delivery();
    return found !== undefined && found.attempts > 0 ? found : undefined;
  });

/** An archive that answers every C-STORE with 0111, and a query as the test says. */
function duplicating(onQuery: (wire: Wire, request: Message) => Promise<void>, onAsk?: (wire: Wire) => Promise<void>) {
  return startRawPeer(async (wire) => {
    const first = await wire.pdu();
    if (first.type !== "associate-rq") throw new Error("no request");
    const isQuery = first.contexts.some((context) => context.abstractSyntax === find);
    if (isQuery && onAsk !== undefined) return onAsk(wire);
    const contexts = first.contexts.map(({ id, transferSyntaxes }) => ({
      id,
      result: 0,
      transferSyntax: transferSyntaxes[0] ?? "",
    }));
    await wire.send(wire.acceptance(first, contexts));
    const request = await wire.message();
    if (request.command.commandField === commandField.find) await onQuery(wire, request);
    else await wire.send(wire.answer(request, { status: 0x0111, affectedSopInstanceUid: "2.25.1" }));
    if ((await wire.pdu()).type === "release-rq") await wire.send(encodeReleaseResponse());
  });
}

async function attempt(peer: RawPeer): Promise<DeliveryView> {
  owe([options(peer).node]);
  void workerOf(peer).run(ending.signal);
  return tried();
}

it("a duplicate is believed when the archive finds it, and is asked with the keys of every level", async () => {
  const asked: unknown[] = [];
  await using peer = await duplicating(async (wire, request) => {
    const identifier = decodeDataSet(request.dataSet ?? Buffer.alloc(0), { transferSyntax: "explicit" });
    asked.push(identifier);
    const found = encodeDataSet({ ...identifier }, { transferSyntax: "explicit" });
    await wire.send(wire.answer(request, { status: 0xff00 }, found), wire.answer(request, { status: 0 }));
  });
  expect((await attempt(peer)).transfer).toBe("stored");
  expect(asked).toMatchObject([
    {
      QueryRetrieveLevel: "IMAGE",
      StudyInstanceUID: "2.25.10",
      SeriesInstanceUID: "2.25.12",
      SOPInstanceUID: "2.25.1",
    },
  ]);
});

it("a duplicate that the archive does not find is held", async () => {
  await using peer = await duplicating((wire, request) => wire.send(wire.answer(request, { status: 0 })));
  expect((await attempt(peer)).transfer).toBe("held");
});

it("a duplicate of an archive that takes no queries is believed, with a warning", async () => {
  await using peer = await duplicating((wire, request) => wire.send(wire.answer(request, { status: 0xa900 })));
  expect(await attempt(peer)).toMatchObject({
    transfer: "stored",
    warning: expect.stringContaining("cannot be asked"),
  });
});

it.each<[string, (wire: Wire) => Promise<void>]>([
  ["breaks off", async (wire) => wire.reset()],
  ["turns the association away", (wire) => wire.send(encodeAssociateReject({ result: 2, source: 3, reason: 2 }))],
])("a duplicate is not taken for stored when the archive %s instead of answering", async (_name, onAsk) => {
  await using peer = await duplicating(async () => {}, onAsk);
  expect(await attempt(peer)).toMatchObject({ transfer: "pending", reason: expect.stringContaining("Asked again") });
  expect(database.prepare("SELECT outcome, status FROM attempt").all()).toEqual([{ outcome: "retry", status: 0x0111 }]);
});

it("a database that takes no outcome leaves no association behind, and is told to whoever supervises", async () => {
  const ends = Promise.withResolvers<string>();
  await using peer = await startRawPeer(async (wire) => {
    await wire.accept();
    const request = await wire.message();
    await wire.send(wire.answer(request, { status: 0, affectedSopInstanceUid: "2.25.1" }));
    ends.resolve((await wire.pdu()).type);
  });
  database.prepare("CREATE TRIGGER full BEFORE INSERT ON attempt BEGIN SELECT RAISE(ABORT, 'full'); END").run();
  owe([options(peer).node]);
  await expect(workerOf(peer).run(ending.signal)).rejects.toThrow(/full/);
  expect(await ends.promise).toBe("abort");
});

it("a database that takes nothing at start does not end the outbox: what was forgotten is owed later", async () => {
  await using peer = await startRawPeer(async (wire) => {
    await wire.accept();
    const request = await wire.message();
    await wire.send(wire.answer(request, { status: 0, affectedSopInstanceUid: "2.25.1" }));
  });
  // Released and composed while no node was set up.
  owe([]);
  database.prepare("CREATE TRIGGER full BEFORE INSERT ON delivery BEGIN SELECT RAISE(ABORT, 'full'); END").run();
  const { node, ...common } = options(peer);
  const running = new Outbox({ ...common, nodes: [node], routing: toAll, station }).run(ending.signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(delivery()).toBeUndefined();
  database.prepare("DROP TRIGGER full").run();
  expect((await tried()).transfer).toBe("stored");
  expect(database.prepare("SELECT action FROM audit").all()).toContainEqual({ action: "forgotten-instances-owed" });
  ending.abort();
  await running;
});
