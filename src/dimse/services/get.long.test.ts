import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRawPeer, type Wire } from "../../../test/support/raw-peer.ts";
import { temporaryDirectory } from "../../../test/support/run.ts";
import { decodeDataSet } from "../../dicom/dicom.ts";
import { type OpenOptions, openAssociation } from "../dimse.ts";
import type { Message } from "../message-reader.ts";
import { explicitLittleEndian } from "../names.ts";
import { encodeData, encodeReleaseResponse } from "../pdu-writer.ts";

const retrieval = "1.2.840.10008.5.1.4.1.2.2.3";
const capture = "1.2.840.10008.5.1.4.1.1.7";
const jpeg = "1.2.840.10008.1.2.4.50";
const identifier = { QueryRetrieveLevel: "IMAGE", SOPInstanceUID: "1.2.3" };

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  folder = await temporaryDirectory();
});
afterAll(() => folder[Symbol.asyncDispose]());

function open(port: number, options: OpenOptions = {}) {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  const contexts = [
    { abstractSyntax: retrieval, transferSyntaxes: [explicitLittleEndian] },
    { abstractSyntax: capture, transferSyntaxes: [jpeg], role: "scp" as const },
  ];
  return openAssociation(address, contexts, { deadlines: { releaseMs: 1_000 }, ...options });
}

const storeFields = { affectedSopClassUid: capture, affectedSopInstanceUid: "1.2.3", commandField: 1, messageId: 77 };
/** A C-STORE of the peer's own, and our answer to it. */
async function storeTo(wire: Wire, dataSet: Buffer): Promise<Message> {
  await wire.send(wire.request(3, storeFields, dataSet));
  return wire.message();
}

function archive(script: (wire: Wire, request: Message) => Promise<void>) {
  return startRawPeer(async (wire) => {
    await wire.accept();
    await script(wire, await wire.message());
    if ((await wire.pdu()).type === "release-rq") await wire.send(encodeReleaseResponse());
  });
}

describe("C-GET", () => {
  it("writes the data set to the file as it comes, and answers the peer's C-STORE", async () => {
    const file = path.join(folder.path, "whole");
    const dataSet = Buffer.from(Uint8Array.from({ length: 9_000_000 }, (_, at) => (at * 7 + (at >> 9)) % 251));
    const seen: unknown[] = [];
    await using peer = await archive(async (wire, request) => {
      seen.push(request.command, decodeDataSet(request.dataSet ?? Buffer.alloc(0), { transferSyntax: "explicit" }));
      seen.push((await storeTo(wire, dataSet)).command);
      await wire.send(wire.answer(request, { status: 0xff00 }), wire.answer(request, { status: 0 }));
    });
    const association = await open(peer.port);
    expect(await association.get(retrieval, identifier, { file, maxBytes: 9_000_000 })).toEqual({
      status: 0,
      instance: { sopClassUid: capture, sopInstanceUid: "1.2.3", transferSyntaxUid: jpeg, sizeBytes: 9_000_000 },
    });
    await association.release();
    expect(peer.failures).toEqual([]);
    expect((await readFile(file)).equals(dataSet)).toBe(true);
    expect(seen).toMatchObject([
      { affectedSopClassUid: retrieval, commandField: 0x10, messageId: 1, commandDataSetType: 1, priority: 0 },
      identifier,
      { commandField: 0x8001, messageIdBeingRespondedTo: 77, status: 0, affectedSopInstanceUid: "1.2.3" },
    ]);
  });

  it("keeps the first instance, refuses a second one, and says what the peer says", async () => {
    const file = path.join(folder.path, "two");
    const statuses: unknown[] = [];
    await using peer = await archive(async (wire, request) => {
      statuses.push((await storeTo(wire, Buffer.from("first!"))).command.status);
      statuses.push((await storeTo(wire, Buffer.from("second"))).command.status);
      await wire.send(wire.answer(request, { status: 0xb000, errorComment: "one failed" }));
    });
    const association = await open(peer.port);
    const answer = await association.get(retrieval, identifier, { file, maxBytes: 1_000 });
    expect(answer).toMatchObject({ status: 0xb000, errorComment: "one failed", instance: { sizeBytes: 6 } });
    await association.release();
    expect(statuses).toEqual([0, 0xa700]);
    expect(await readFile(file, "utf8")).toBe("first!");
  });

  it("of what the peer does not have is its status, and no file", async () => {
    const file = path.join(folder.path, "none");
    await using peer = await archive((wire, request) => wire.send(wire.answer(request, { status: 0xa900 })));
    const association = await open(peer.port);
    const answer = await association.get(retrieval, identifier, { file, maxBytes: 1_000 });
    expect(answer).toEqual({ status: 0xa900, instance: null });
    await association.release();
    expect(await readdir(folder.path)).not.toContain("none");
  });

  it("ends the association, and leaves no file, when more comes than was allowed", async () => {
    const file = path.join(folder.path, "huge");
    await using peer = await archive(async (wire) => {
      await storeTo(wire, Buffer.alloc(1_000_000));
    });
    const association = await open(peer.port);
    await expect(association.get(retrieval, identifier, { file, maxBytes: 100_000 })).rejects.toMatchObject({
      code: "protocol",
    });
    expect(await readdir(folder.path)).not.toContain("huge");
  });

  it("that is cut in the middle leaves no file", async () => {
    const file = path.join(folder.path, "half");
    await using peer = await archive(async (wire) => {
      await wire.send(wire.request(3, storeFields, Buffer.alloc(1_000_000)).subarray(0, 700_000));
      wire.socket.end();
    });
    const association = await open(peer.port);
    await expect(association.get(retrieval, identifier, { file, maxBytes: 2_000_000 })).rejects.toMatchObject({
      code: "closed-by-peer",
    });
    expect(await readdir(folder.path)).not.toContain("half");
  });

  it("waits as long as data comes, and no longer", async () => {
    const deadlines = { responseMs: 200, releaseMs: 200 };
    const file = path.join(folder.path, "slow");
    await using peer = await archive(async (wire, request) => {
      await wire.send(wire.request(3, storeFields, Buffer.alloc(2)).subarray(0, -14));
      for (let piece = 0; piece < 8; piece++) {
        await sleep(60);
        const bytes = encodeData(3, false, Buffer.alloc(100), 16_384);
        // Not the last fragment yet.
        if (piece < 7) bytes[11] = 0;
        await wire.send(bytes);
      }
      await wire.message();
      await wire.send(wire.answer(request, { status: 0 }));
    });
    const association = await open(peer.port, { deadlines });
    const answer = await association.get(retrieval, identifier, { file, maxBytes: 10_000 });
    expect(answer).toMatchObject({ status: 0, instance: { sizeBytes: 800 } });
    await using silent = await archive(() => sleep(2_000));
    const other = await open(silent.port, { deadlines });
    await expect(other.get(retrieval, identifier, { file, maxBytes: 10 })).rejects.toMatchObject({ code: "timeout" });
  });

  it("whose file cannot be written refuses the instance and says so", async () => {
    const statuses: unknown[] = [];
    await using peer = await archive(async (wire, request) => {
      statuses.push((await storeTo(wire, Buffer.alloc(100_000))).command.status);
      await wire.send(wire.answer(request, { status: 0xb000 }));
    });
    const association = await open(peer.port);
    const options = { file: path.join(folder.path, "no", "such", "folder"), maxBytes: 1_000_000 };
    await expect(association.get(retrieval, identifier, options)).rejects.toMatchObject({ code: "file-unreadable" });
    await association.release();
    expect(statuses).toEqual([0xa700]);
  });

  it("of a peer that does not grant us the SCP role is refused before anything is sent", async () => {
    await using peer = await startRawPeer(async (wire) => {
      wire.grantsRoles = false;
      await wire.accept();
      if ((await wire.pdu()).type === "release-rq") await wire.send(encodeReleaseResponse());
    });
    const association = await open(peer.port);
    const options = { file: path.join(folder.path, "role"), maxBytes: 10 };
    await expect(association.get(retrieval, identifier, options)).rejects.toMatchObject({ code: "context-refused" });
    await association.release();
    expect(peer.failures).toEqual([]);
  });

  it("is the only time that a peer may send us an instance", async () => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.send(wire.request(3, storeFields, Buffer.alloc(100)));
      await wire.closed();
    });
    const association = await open(peer.port);
    expect(await association.closed).toMatchObject({ kind: "failed", error: { code: "protocol" } });
  });
});
