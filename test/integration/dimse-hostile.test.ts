import { once } from "node:events";
import { truncate, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  type Association,
  DimseError,
  eventReportService,
  type ListenOptions,
  listen,
  openAssociation,
  type StoreInput,
} from "../../src/dimse/dimse.ts";
import { encodeAbort } from "../../src/dimse/pdu-writer.ts";
import { type Holdings, holdings } from "../support/leaks.ts";
import { startRawPeer, type Wire } from "../support/raw-peer.ts";
import { temporaryDirectory } from "../support/run.ts";
import {
  acceptance,
  answers,
  callerStreams,
  capture,
  commitment,
  commitmentInstance,
  contexts,
  worklist,
} from "../support/streams.ts";

async function listening(options: Partial<ListenOptions> = {}) {
  const errors: DimseError[] = [];
  const acceptor = await listen({
    ...{ host: "127.0.0.1", port: 0, aeTitle: "SCOPELINE" },
    services: [eventReportService(async () => 0)],
    onError: (error) => errors.push(error),
    ...options,
  });
  return Object.assign(acceptor, { errors, [Symbol.asyncDispose]: () => acceptor.close() });
}

/** A caller that is nobody's friend, from one of the addresses of loopback. */
async function call(port: number, localAddress = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress, noDelay: true });
  socket.on("error", () => {}).resume();
  await once(socket, "connect").catch(() => {});
  return socket;
}

/** Once whatever went before has gone. */
async function quiet(): Promise<Holdings> {
  await expect.poll(() => holdings().resources, { timeout: 5_000 }).not.toHaveProperty("TCPSocketWrap");
  return holdings();
}

/** Five or more leaks of any kind are seen; the test runner's own timers come and go. */
async function nothingHeld(before: Holdings): Promise<void> {
  await expect.poll(() => holdings().resources.Timeout ?? 0).toBeLessThanOrEqual((before.resources.Timeout ?? 0) + 2);
  expect((await quiet()).descriptors).toBe(before.descriptors);
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, "close");
}

async function echoes(port: number): Promise<number> {
  const address = { host: "127.0.0.1", port, calledAeTitle: "SCOPELINE", callingAeTitle: "ARCHIVE" };
  await using association = await openAssociation(address, contexts.slice(0, 1));
  return await association.echo();
}

/** Everything but the last bytes of a stream: its request, its message, and half of what comes last. */
const [echoStream = acceptance, reportStream = acceptance] = callerStreams;
const requestBytes = 6 + echoStream.readUInt32BE(2);

describe("a listening acceptor", () => {
  it.each<[string, Buffer]>([
    ["nothing at all", Buffer.alloc(0)],
    ["half an association request", echoStream.subarray(0, 40)],
    ["an association, and nothing after it", echoStream.subarray(0, requestBytes)],
    ["half a command", reportStream.subarray(0, requestBytes + 30)],
    ["a command without its data set", reportStream.subarray(0, requestBytes + 150)],
    ["a claim of 4 GB", Buffer.from("0100ffffffff00", "hex")],
    [
      "a claim of 4 GB of data",
      Buffer.concat([echoStream.subarray(0, requestBytes), Buffer.from("0400ffffffff", "hex")]),
    ],
    ["random bytes", Buffer.from(Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 256))],
  ])("is rid of a caller that says %s, while it serves another", async (_name, bytes) => {
    await using acceptor = await listening({ idleMs: 150, deadlines: { associationMs: 150, readMs: 150 } });
    const hostile = await call(acceptor.port);
    hostile.write(bytes);
    expect(await echoes(acceptor.port)).toBe(0);
    await closed(hostile);
    expect(await echoes(acceptor.port)).toBe(0);
    expect(acceptor.errors).toHaveLength(1);
  });

  it.each<[string, Buffer, Buffer]>([
    ["its association request", Buffer.alloc(0), echoStream],
    ["a report", reportStream.subarray(0, requestBytes), reportStream.subarray(requestBytes)],
  ])("does not wait for ever for one that sends %s byte by byte", async (_name, first, rest) => {
    await using acceptor = await listening({ idleMs: 300, deadlines: { associationMs: 300, readMs: 150 } });
    const slow = await call(acceptor.port);
    slow.write(first);
    let sent = 0;
    for (; !slow.closed && sent < rest.length; sent++) {
      slow.write(rest.subarray(sent, sent + 1));
      await sleep(20);
    }
    await closed(slow);
    expect(sent).toBeLessThan(rest.length);
    expect(acceptor.errors.map(({ code }) => code)).toEqual(["timeout"]);
  });

  it("does not wait for ever for one that sends empty fragments without an end", async () => {
    await using acceptor = await listening({ idleMs: 300 });
    const endless = await call(acceptor.port);
    endless.write(echoStream.subarray(0, requestBytes));
    const empty = Buffer.concat(
      Array.from({ length: 2_000 }, () => Buffer.from("04000000000600000002" + "0101", "hex")),
    );
    while (!endless.closed) {
      if (endless.writableLength < 1_000_000) endless.write(empty);
      await sleep(5);
    }
    expect(acceptor.errors).toHaveLength(1);
    expect(await echoes(acceptor.port)).toBe(0);
  });

  it("leaves room for others when one address takes all it can get", async () => {
    await using acceptor = await listening({ maxAssociations: 8, maxPerAddress: 3 });
    const address = { host: "127.0.0.1", port: acceptor.port, calledAeTitle: "SCOPELINE", callingAeTitle: "GREEDY" };
    const flood = await Promise.all(Array.from({ length: 60 }, () => call(acceptor.port, "127.0.0.9")));
    await expect.poll(() => flood.filter((socket) => socket.closed).length).toBeGreaterThan(50);
    // Those that were let in say nothing, or hold an association: another address is served all the same.
    for (const socket of flood) socket.write(echoStream.subarray(0, requestBytes));
    expect(await echoes(acceptor.port)).toBe(0);
    const own: Association[] = [];
    for (let count = 0; count < 3; count++) own.push(await openAssociation(address, contexts));
    await expect(openAssociation(address, contexts)).rejects.toMatchObject({ code: "rejected-transient" });
    await own.pop()?.release();
    expect(await echoes(acceptor.port)).toBe(0);
    for (const association of own) await association.release();
    for (const socket of flood) socket.destroy();
  });

  it("takes 2,000 connections that come and go, and holds nothing of them", async () => {
    await using acceptor = await listening();
    const before = await quiet();
    for (let round = 0; round < 40; round++) {
      const flood = await Promise.all(Array.from({ length: 50 }, () => call(acceptor.port)));
      for (const [index, socket] of flood.entries()) {
        if (index % 3 === 0) socket.write(echoStream);
        if (index % 3 === 1) socket.end();
        else if (!socket.destroyed) socket.resetAndDestroy();
      }
      await Promise.all(flood.map(closed));
    }
    await nothingHeld(before);
    expect(await echoes(acceptor.port)).toBe(0);
  });
});

describe("a request of ours", () => {
  const deadlines = { associationMs: 120, responseMs: 120, readMs: 120, writeMs: 120, releaseMs: 120 };

  type Request = (association: Association, instance: StoreInput) => Promise<unknown>;
  const requests: readonly [keyof typeof answers, Request][] = [
    ["echo", (one) => one.echo()],
    [
      "find",
      async (one) => {
        for await (const _answer of one.find(worklist, {}, { limit: 5 }));
      },
    ],
    ["store", (one, instance) => one.store(instance)],
    ["action", (one) => one.nAction(commitment, commitmentInstance, 1, { TransactionUID: "1.2.4" })],
    ["create", (one) => one.nCreate(commitment, "1.2.3", { TransactionUID: "1.2.4" })],
  ];

  /** What the peer does; undefined: it stops there and stays. */
  const scripts: readonly [string, (wire: Wire, answer: Buffer) => Promise<void>][] = [
    ["says nothing to the association request", async (wire) => void (await wire.pdu())],
    [
      "sends half an acceptance",
      async (wire) => {
        await wire.pdu();
        await wire.send(acceptance.subarray(0, 50));
      },
    ],
    ["accepts and reads nothing more", async (wire) => void (await wire.accept())],
    [
      "reads all and says nothing",
      async (wire) => {
        await wire.accept();
        await wire.closed();
      },
    ],
    [
      "sends half an answer",
      async (wire, answer) => {
        await wire.accept();
        await wire.bytes(100);
        await wire.send(answer.subarray(0, Math.floor(answer.length / 3)));
        await wire.closed();
      },
    ],
    [
      "claims 4 GB",
      async (wire) => {
        await wire.accept();
        await wire.send(Buffer.from("0400ffffffff", "hex"));
        await wire.closed();
      },
    ],
    [
      "sends random bytes",
      async (wire) => {
        await wire.accept();
        await wire.send(Buffer.from(Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 256)));
        await wire.closed();
      },
    ],
    [
      "answers byte by byte",
      async (wire, answer) => {
        await wire.accept();
        await wire.bytes(100);
        for (const byte of answer) {
          if (wire.socket.destroyed) return;
          await wire.send(Buffer.of(byte));
          await sleep(20);
        }
      },
    ],
    [
      "aborts",
      async (wire) => {
        await wire.accept();
        await wire.bytes(100);
        await wire.send(encodeAbort(0, 0));
      },
    ],
  ];

  it.each(scripts)("to a peer that %s ends in a DimseError, and holds nothing", async (_name, script) => {
    await using folder = await temporaryDirectory();
    const file = path.join(folder.path, "data");
    await writeFile(file, "");
    await truncate(file, 40_000_000);
    const instance = {
      ...{ sopClassUid: capture, sopInstanceUid: "1.2.3", transferSyntaxUid: "1.2.840.10008.1.2" },
      ...{ file, offset: 0, sizeBytes: 40_000_000 },
    };
    const before = await quiet();
    for (const [kind, request] of requests) {
      await using peer = await startRawPeer(async (wire) => script(wire, answers[kind]));
      const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
      const outcome = await openAssociation(address, contexts, { deadlines, onEventReport: async () => 0 })
        .then((association) => request(association, instance))
        .then(
          () => "an answer",
          (reason: unknown) => reason,
        );
      expect(outcome, kind).toBeInstanceOf(DimseError);
      expect(outcome instanceof DimseError && outcome.code, kind).toMatch(
        /^(timeout|protocol|aborted-by-peer|closed-by-peer)$/,
      );
    }
    await nothingHeld(before);
  });
});
