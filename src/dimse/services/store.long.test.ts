import { mkdtemp, readdir, readlink, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRawPeer, type Wire } from "../../../test/support/raw-peer.ts";
import { type CommandSet, commandField } from "../command-set.ts";
import { type Association, type OpenOptions, openAssociation, type StoreInput } from "../dimse.ts";
import { encodeAbort, encodeReleaseResponse } from "../pdu-writer.ts";

const capture = "1.2.840.10008.5.1.4.1.1.7";
const jpeg = "1.2.840.10008.1.2.4.50";
const explicit = "1.2.840.10008.1.2.1";
const headBytes = 10;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "scopeline-store-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file of `headBytes` that are not sent, and a data set that tells each of its places apart. */
async function instance(name: string, sizeBytes: number): Promise<{ input: StoreInput; dataSet: Buffer }> {
  const dataSet = Buffer.alloc(sizeBytes);
  for (let at = 0; at + 4 <= sizeBytes; at += 4) dataSet.writeUInt32LE((at * 2_654_435_761) % 0x1_0000_0000, at);
  const file = path.join(folder, name);
  await writeFile(file, Buffer.concat([Buffer.alloc(headBytes, 0xee), dataSet]));
  const input = {
    sopClassUid: capture,
    sopInstanceUid: "1.2.3.4",
    transferSyntaxUid: jpeg,
    file,
    offset: headBytes,
    sizeBytes,
  };
  return { input, dataSet };
}

/** A large file whose content does not matter: sparse, so it takes no time to make. */
async function large(name: string, sizeBytes: number): Promise<StoreInput> {
  const { input } = await instance(name, 2);
  await truncate(input.file, headBytes + sizeBytes);
  return { ...input, sizeBytes };
}

function open(port: number, options: OpenOptions = {}): Promise<Association> {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  const contexts = [jpeg, explicit].map((uid) => ({ abstractSyntax: capture, transferSyntaxes: [uid] }));
  return openAssociation(address, contexts, { deadlines: { releaseMs: 500 }, ...options });
}

const success = (input: StoreInput): CommandSet => ({ status: 0, affectedSopInstanceUid: input.sopInstanceUid });

async function released(wire: Wire): Promise<void> {
  expect((await wire.pdu()).type).toBe("release-rq");
  await wire.send(encodeReleaseResponse());
}

interface Received {
  readonly command: CommandSet;
  readonly dataSet: Buffer;
  readonly pduBytes: readonly number[];
}

/** A whole C-STORE request as it lay on the wire, without the limit that our own reader has. */
async function receive(wire: Wire): Promise<Received & { answer(fields: CommandSet): Buffer }> {
  const request = await command(wire);
  const parts: Buffer[] = [];
  const pduBytes: number[] = [];
  for (;;) {
    const { pdu, sizeBytes } = await wire.rawPdu();
    if (pdu.type !== "p-data") throw new Error(`a PDU ${pdu.type} instead of data`);
    pduBytes.push(sizeBytes);
    for (const pdv of pdu.pdvs) {
      expect(pdv).toMatchObject({ isCommand: false, contextId: request.contextId });
      expect(pdv.fragment.length % 2).toBe(0);
      parts.push(Buffer.from(pdv.fragment));
      if (pdv.isLast)
        return {
          ...request,
          dataSet: Buffer.concat(parts),
          pduBytes,
          answer: (fields) => wire.answer(request, fields),
        };
    }
  }
}

/** Only the command set of a request; its data set stays on the wire. */
async function command(wire: Wire) {
  const { decodeCommandSet } = await import("../command-set.ts");
  const parts: Buffer[] = [];
  for (;;) {
    const pdu = await wire.pdu();
    const pdv = pdu.type === "p-data" ? pdu.pdvs[0] : undefined;
    if (!pdv?.isCommand) throw new Error(`${pdu.type} instead of a command`);
    parts.push(pdv.fragment);
    if (pdv.isLast)
      return { contextId: pdv.contextId, command: decodeCommandSet(Buffer.concat(parts)), dataSet: undefined };
  }
}

/** Files under a folder that this process holds open. */
async function openFilesUnder(directory: string): Promise<string[]> {
  const names = await readdir("/proc/self/fd");
  const files = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
  return files.filter((file) => file.startsWith(directory));
}

describe("C-STORE", () => {
  it.each([
    ["one fragment", 16_384, 100],
    ["just one PDU", 16_384, 16_378],
    ["two bytes more than one PDU", 16_384, 16_380],
    ["several megabytes", 131_072, 5_000_002],
    ["a peer without a maximum", 0, 3_000_000],
    ["a peer with an odd maximum", 16_383, 70_000],
    ["a peer with a tiny maximum", 9, 3_000],
    ["a peer with a small maximum", 128, 100_000],
  ])("sends %s as the file has it", async (_name, maxPduBytes, sizeBytes) => {
    const { input, dataSet } = await instance("sent", sizeBytes);
    const received: Received[] = [];
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept(maxPduBytes);
      for (let count = 0; count < 2; count++) {
        const one = await receive(wire);
        received.push(one);
        await wire.send(one.answer(success(input)));
      }
      await released(wire);
    });
    const association = await open(peer.port);
    for (let count = 0; count < 2; count++) {
      expect(await association.store(input)).toEqual({ status: 0, affectedSopInstanceUid: "1.2.3.4" });
    }
    await association.release();
    expect(peer.failures).toEqual([]);
    for (const [index, one] of received.entries()) {
      expect(one.command).toEqual({
        affectedSopClassUid: capture,
        commandField: commandField.store,
        messageId: index + 1,
        priority: 0,
        commandDataSetType: 1,
        affectedSopInstanceUid: "1.2.3.4",
      });
      expect(one.dataSet.equals(dataSet)).toBe(true);
      expect(Math.max(...one.pduBytes)).toBeLessThanOrEqual(maxPduBytes || 131_072);
    }
    expect(received).toHaveLength(2);
  });

  it("gives the peer's status with its words, which is not for us to judge", async () => {
    const { input } = await instance("refused", 100);
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      const one = await receive(wire);
      await wire.send(one.answer({ status: 0xa900, errorComment: "no such class", offendingElement: ["00080016"] }));
      await released(wire);
    });
    const association = await open(peer.port);
    expect(await association.store(input)).toEqual({
      status: 0xa900,
      errorComment: "no such class",
      offendingElements: ["00080016"],
    });
    await association.release();
  });

  it("defect 1 of dcmjs-dimse: a refused transfer syntax is context-refused, and nothing is sent", async () => {
    const { input } = await instance("syntax", 100);
    await using peer = await startRawPeer(async (wire) => {
      const request = await wire.pdu();
      if (request.type !== "associate-rq") return;
      await wire.send(
        wire.acceptance(request, [
          { id: 1, result: 4, transferSyntax: "" },
          { id: 3, result: 0, transferSyntax: explicit },
        ]),
      );
      await released(wire);
    });
    const association = await open(peer.port);
    expect(association.accepts(capture, jpeg)).toBe(false);
    expect(association.acceptedTransferSyntaxes(capture)).toEqual([explicit]);
    await expect(association.store(input)).rejects.toMatchObject({
      code: "context-refused",
      message: expect.stringContaining("transfer syntaxes not supported"),
    });
    await association.release();
    expect(peer.failures).toEqual([]);
  });

  it("answered for another instance, or under another message ID, is a protocol error and never success", async () => {
    const { input } = await instance("other", 100);
    for (const wrong of [{ affectedSopInstanceUid: "1.2.3.5" }, { messageIdBeingRespondedTo: 9 }]) {
      const heard: string[] = [];
      await using peer = await startRawPeer(async (wire) => {
        await wire.accept();
        const one = await receive(wire);
        await wire.send(one.answer({ ...success(input), ...wrong }));
        heard.push((await wire.pdu()).type);
      });
      const association = await open(peer.port);
      await expect(association.store(input)).rejects.toMatchObject({ code: "protocol" });
      expect(association.isOpen).toBe(false);
      await expect.poll(() => heard).toEqual(["abort"]);
    }
  });

  it("defect 5 of dcmjs-dimse: a slow but healthy upload is not cut by any timer", async () => {
    const { input, dataSet } = await instance("slow", 12_000_000);
    const received: Buffer[] = [];
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept(131_072);
      const one = await command(wire);
      let isLast = false;
      while (!isLast) {
        const pdu = await wire.pdu();
        if (pdu.type !== "p-data") return;
        for (const pdv of pdu.pdvs) {
          received.push(Buffer.from(pdv.fragment));
          isLast = pdv.isLast;
        }
        await sleep(15);
      }
      await wire.send(wire.answer(one, success(input)));
      await released(wire);
    });
    // Far shorter than the upload, which takes over 1 s; only silence may count.
    const deadlines = {
      writeMs: 400,
      readMs: 200,
      responseMs: 400,
      associationMs: 400,
      connectMs: 400,
      releaseMs: 400,
    };
    const association = await open(peer.port, { deadlines });
    const startedAt = performance.now();
    expect((await association.store(input)).status).toBe(0);
    expect(performance.now() - startedAt).toBeGreaterThan(500);
    expect(Buffer.concat(received).equals(dataSet)).toBe(true);
    await association.release();
  });

  it("to a peer that stops reading is a timeout", async () => {
    const input = await large("stuck", 30_000_000);
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept(131_072);
      await command(wire);
    });
    const association = await open(peer.port, { deadlines: { writeMs: 100, responseMs: 20_000 } });
    await expect(association.store(input)).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("took no data"),
    });
  });

  it("is ended at once by the peer's A-ABORT, close or reset in the middle of the data", async () => {
    const input = await large("broken", 30_000_000);
    const ends: [string, (wire: Wire) => unknown][] = [
      ["aborted-by-peer", (wire) => wire.send(encodeAbort(0, 0))],
      ["closed-by-peer", (wire) => wire.socket.destroy()],
      ["closed-by-peer", (wire) => wire.reset()],
      ["closed-by-peer", (wire) => wire.socket.end()],
    ];
    for (const [code, end] of ends) {
      await using peer = await startRawPeer(async (wire) => {
        await wire.accept(131_072);
        await command(wire);
        await wire.bytes(500_000);
        await end(wire);
      });
      const association = await open(peer.port);
      await expect(association.store(input)).rejects.toMatchObject({ code });
    }
  });

  it("takes a refusal that comes before all was sent, and stops sending", async () => {
    const input = await large("early", 30_000_000);
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept(131_072);
      const one = await command(wire);
      await wire.send(wire.answer(one, { status: 0xa700, errorComment: "disk full" }));
    });
    const association = await open(peer.port, { deadlines: { writeMs: 20_000 } });
    expect(await association.store(input)).toEqual({ status: 0xa700, errorComment: "disk full" });
    expect(association.isOpen).toBe(false);
  });

  it.each([0x0000, 0xb000, 0x0107])(
    "answered %i before all was sent is a protocol error, never success",
    async (status) => {
      const input = await large("lie", 30_000_000);
      await using peer = await startRawPeer(async (wire) => {
        await wire.accept(131_072);
        const one = await command(wire);
        await wire.send(wire.answer(one, { ...success(input), status }));
      });
      const association = await open(peer.port);
      await expect(association.store(input)).rejects.toMatchObject({ code: "protocol" });
    },
  );

  it.each(["the one that comes next", "another one", "a missing one", "none after all"])(
    "reads ahead %s",
    async (which) => {
      const first = await instance("first", 2_500_000);
      const second = await instance("second", 2_600_000);
      const third = await instance("third", 300);
      const hint = { "the one that comes next": second.input, "another one": third.input }[which] ?? {
        ...third.input,
        file: "/gone",
      };
      const sent = which === "none after all" ? [first] : [first, second, third];
      const received: Buffer[] = [];
      await using peer = await startRawPeer(async (wire) => {
        await wire.accept(131_072);
        for (const { input } of sent) {
          const one = await receive(wire);
          received.push(one.dataSet);
          await wire.send(one.answer(success(input)));
        }
        await released(wire);
      });
      const association = await open(peer.port);
      for (const { input } of sent) expect((await association.store(input, hint)).status).toBe(0);
      if (which === "a missing one")
        await expect(association.store(hint)).rejects.toMatchObject({ code: "file-unreadable" });
      await association.release();
      expect(received.map((one, index) => sent[index]?.dataSet.equals(one))).toEqual(sent.map(() => true));
      await expect.poll(() => openFilesUnder(folder)).toEqual([]);
    },
  );

  it("of a file that is missing or too short is file-unreadable, and the association goes on", async () => {
    const { input } = await instance("good", 100);
    const { input: short } = await instance("short", 3_000_000);
    await truncate(short.file, 1_000);
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      const one = await receive(wire);
      await wire.send(one.answer(success(input)));
      await released(wire);
    });
    const association = await open(peer.port);
    await expect(association.store({ ...input, file: `${input.file}-gone` })).rejects.toMatchObject({
      code: "file-unreadable",
    });
    await expect(association.store(short)).rejects.toMatchObject({ code: "file-unreadable" });
    expect((await association.store(input)).status).toBe(0);
    await association.release();
  });

  it("of a file that is cut short while it is sent aborts, since half a message cannot be taken back", async () => {
    const input = await large("cut", 30_000_000);
    const heard: string[] = [];
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept(131_072);
      await command(wire);
      await truncate(input.file, 20_000_000);
      for (;;) {
        const { type } = await wire.pdu();
        if (type !== "p-data") return void heard.push(type);
      }
    });
    const association = await open(peer.port);
    await expect(association.store(input)).rejects.toMatchObject({ code: "file-unreadable" });
    await expect.poll(() => heard).toEqual(["abort"]);
  });

  it("refuses what cannot be sent before it sends anything", async () => {
    const { input } = await instance("invalid", 100);
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await released(wire);
    });
    const association = await open(peer.port);
    const wrong: Partial<StoreInput>[] = [
      { sizeBytes: 99 },
      { sizeBytes: 0 },
      { offset: -1 },
      { sopInstanceUid: "1.2.a" },
      { sopClassUid: "" },
    ];
    for (const one of wrong) {
      await expect(association.store({ ...input, ...one })).rejects.toMatchObject({ code: "invalid-request" });
    }
    await association.release();
    expect(peer.failures).toEqual([]);
  });

  it("defect 10 of dcmjs-dimse: other work goes on while a large file is sent", async () => {
    const input = await large("large", 20_000_000);
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept(131_072);
      const one = await receive(wire);
      await wire.send(one.answer(success(input)));
      await wire.closed();
    });
    const association = await open(peer.port);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    expect((await association.store(input)).status).toBe(0);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    association.abort();
  });
});
