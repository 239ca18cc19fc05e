import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRawPeer, type Wire } from "../../test/support/raw-peer.ts";
import { commandField } from "./command-set.ts";
import { type OpenOptions, openAssociation, type StoreInput } from "./dimse.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import { Outgoing } from "./outgoing.ts";
import { encodeReleaseResponse } from "./pdu-writer.ts";
import { store } from "./services/store.ts";
import { throttledPieceBytes } from "./throttle.ts";

const capture = "1.2.840.10008.5.1.4.1.1.7";
const jpeg = "1.2.840.10008.1.2.4.50";
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "scopeline-throttle-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Bytes that tell their place; `offset` of them, even or odd, are not sent. */
async function instance(name: string, offset: number, sizeBytes: number): Promise<{ input: StoreInput; tail: Buffer }> {
  const bytes = Buffer.from(Uint8Array.from({ length: offset + sizeBytes }, (_, at) => (at * 7 + (at >> 8)) % 251));
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  const names = { sopClassUid: capture, sopInstanceUid: "1.2.3.4", transferSyntaxUid: jpeg };
  return { input: { ...names, file, offset, sizeBytes }, tail: bytes.subarray(offset) };
}

function open(port: number, options: OpenOptions = {}) {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  const contexts = [{ abstractSyntax: capture, transferSyntaxes: [jpeg] }];
  return openAssociation(address, contexts, { deadlines: { releaseMs: 500 }, ...options });
}

/** Takes everything; answers each C-STORE. `stored`: their data sets, `fragments`: how long each piece on the wire was. */
function archive(maxPduBytes: number, each?: (wire: Wire, fragments: number) => Promise<void>) {
  const stored: Buffer[] = [];
  const fragments: number[] = [];
  const started = startRawPeer(async (wire) => {
    await wire.accept(maxPduBytes);
    let parts: Buffer[] = [];
    let messageId = 0;
    for (;;) {
      const pdu = await wire.pdu();
      if (pdu.type !== "p-data") break;
      for (const pdv of pdu.pdvs) {
        if (pdv.isCommand) {
          messageId++;
          continue;
        }
        parts.push(Buffer.from(pdv.fragment));
        fragments.push(pdv.fragment.length);
        await each?.(wire, fragments.length);
        if (!pdv.isLast) continue;
        stored.push(Buffer.concat(parts));
        parts = [];
        const request = { contextId: 1, command: { commandField: commandField.store, messageId }, dataSet: undefined };
        await wire.send(wire.answer(request, { status: 0 }));
      }
    }
    await wire.send(encodeReleaseResponse());
  });
  return started.then((peer) => Object.assign(peer, { stored, fragments }));
}

describe("C-STORE with a head", () => {
  const head = Buffer.from(Uint8Array.from({ length: 3_000_002 }, (_, at) => (at * 3) % 253));

  it.each([
    ["short", 400],
    ["of odd length", 401],
    ["as long as one piece", 1_048_576],
    ["longer than two pieces", 2_500_000],
  ])("%s sends it before the rest of the file, byte for byte", async (_name, headBytes) => {
    for (const maxPduBytes of [4_096, 131_072]) {
      await using peer = await archive(maxPduBytes);
      const { input, tail } = await instance("head", 77, 1_200_000 + (headBytes % 2));
      const association = await open(peer.port);
      const own = head.subarray(0, headBytes);
      const other = Buffer.from(own).fill(9, 0, 100);
      // Read ahead under one head, asked for with the other: the head that counts is that of the instance sent.
      await association.store({ ...input, head: own }, { ...input, head: other });
      await association.store({ ...input, head: own }, { ...input, head: own });
      await association.store({ ...input, head: own });
      await association.release();
      const expected = Buffer.concat([own, tail]);
      expect(peer.stored.map((one) => one.equals(expected))).toEqual([true, true, true]);
      expect(peer.fragments.every((length) => length % 2 === 0 && length <= maxPduBytes - 6)).toBe(true);
      expect(peer.failures).toEqual([]);
    }
  });

  it("that is all there is needs nothing of the file", async () => {
    await using peer = await archive(16_384);
    const { input } = await instance("alone", 10, 0);
    const association = await open(peer.port);
    expect((await association.store({ ...input, head: Buffer.from("all of it!") })).status).toBe(0);
    await expect(association.store({ ...input, head: Buffer.from("odd") })).rejects.toMatchObject({
      code: "invalid-request",
    });
    await expect(association.store(input)).rejects.toMatchObject({ code: "invalid-request" });
    await association.release();
    expect(peer.stored.map(String)).toEqual(["all of it!"]);
  });
});

describe("C-STORE at a highest rate", () => {
  it("cuts into pieces that leave about four times a second, even ones", () => {
    expect([undefined, 1, 10_000, 1_000_001].map(throttledPieceBytes)).toEqual([
      Number.POSITIVE_INFINITY,
      1_024,
      2_500,
      250_000,
    ]);
  });

  it("takes as long as the rate says, in small pieces, and its own pauses are no silence of the peer", async () => {
    await using peer = await archive(131_072);
    const { input, tail } = await instance("slow", 10, 60_000);
    const head = Buffer.alloc(20_000, 5);
    // Far shorter than the upload and than each of its pauses.
    const deadlines = { writeMs: 20, readMs: 20, releaseMs: 500 };
    const association = await open(peer.port, { deadlines });
    const startedAt = performance.now();
    const answer = await association.store({ ...input, head, maxBytesPerS: 80_000 });
    // The last piece of a quarter of a second needs no waiting after it; a rate is a bound from below, load only adds.
    expect(performance.now() - startedAt).toBeGreaterThan(700);
    expect(answer.status).toBe(0);
    await association.release();
    expect(peer.stored.map((one) => one.equals(Buffer.concat([head, tail])))).toEqual([true]);
    expect(Math.max(...peer.fragments)).toBeLessThanOrEqual(20_000);
  });

  it("is ended in the middle of a pause by the peer and by us", async () => {
    const { input } = await instance("cut", 0, 100_000);
    const slow = { ...input, maxBytesPerS: 1_000 };
    await using leaving = await archive(16_384, async (wire) => void wire.socket.destroy());
    const first = await open(leaving.port);
    await expect(first.store(slow)).rejects.toMatchObject({ code: "closed-by-peer" });
    const begun = Promise.withResolvers<void>();
    await using staying = await archive(16_384, async () => begun.resolve());
    const ending = new AbortController();
    const second = await open(staying.port, { signal: ending.signal });
    const store = second.store(slow);
    await begun.promise;
    ending.abort();
    await expect(store).rejects.toMatchObject({ code: "cancelled" });
  });

  it("that is no rate is refused", async () => {
    await using peer = await archive(16_384);
    const { input } = await instance("rate", 0, 100);
    const association = await open(peer.port);
    for (const maxBytesPerS of [0, -5, Number.NaN]) {
      await expect(association.store({ ...input, maxBytesPerS })).rejects.toMatchObject({ code: "invalid-request" });
    }
    await association.release();
  });
});

describe("C-STORE to a peer that takes a few bytes now and then", () => {
  it("is never silence, and yet ends", async () => {
    const { input } = await instance("loris", 0, 100);
    await truncate(input.file, 10_000_000);
    const maxPduBytes = 131_072;
    // A socket on which something leaves again and again, and never all of it.
    const layer: ExchangeOptions["layer"] = {
      write: () => new Promise(() => {}),
      abort: (error) => exchange.fail(error),
      pause: () => {},
      resume: () => {},
    };
    const exchange: Exchange = new Exchange({
      layer,
      context: { id: 1, abstractSyntax: capture, transferSyntax: jpeg, refusal: undefined, isScp: false },
      requestField: commandField.store,
      messageId: 1,
      outgoing: new Outgoing(maxPduBytes),
      maxPduBytes,
      deadlines: { responseMs: 60_000, releaseMs: 60_000, writeMs: 5 },
      onOver: () => {},
    });
    await expect(store({ begin: () => exchange }, { ...input, sizeBytes: 10_000_000 })).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("far too slowly"),
    });
  });
});
