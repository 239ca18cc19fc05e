import { describe, expect, it } from "vitest";
import { startRawPeer, type Wire } from "../../../test/support/raw-peer.ts";
import { type DataSet, encodeDataSet } from "../../dicom/dicom.ts";
import { type OpenOptions, openAssociation } from "../dimse.ts";
import type { Message } from "../message-reader.ts";
import { explicitLittleEndian, implicitLittleEndian } from "../names.ts";
import { encodeReleaseResponse } from "../pdu-writer.ts";

const worklist = "1.2.840.10008.5.1.4.31";

function open(port: number, options: OpenOptions = {}) {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  const contexts = [{ abstractSyntax: worklist, transferSyntaxes: [implicitLittleEndian, explicitLittleEndian] }];
  return openAssociation(address, contexts, { deadlines: { releaseMs: 500 }, ...options });
}

const item = (id: number): Buffer => encodeDataSet({ PatientID: `P${id}` }, { transferSyntax: "implicit" });

function findPeer(then: (wire: Wire, request: Message) => Promise<void>) {
  return startRawPeer(async (wire) => {
    await wire.accept();
    await then(wire, await wire.message());
  });
}

/** Agrees to the release that ends the test. */
async function released(wire: Wire): Promise<void> {
  expect((await wire.pdu()).type).toBe("release-rq");
  await wire.send(encodeReleaseResponse());
}

const ids = (answers: readonly DataSet[]): unknown[] => answers.map((answer) => answer.PatientID);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

describe("C-FIND", () => {
  it("defect 6 of dcmjs-dimse: FF01 goes on like FF00, until the final status", async () => {
    await using peer = await findPeer(async (wire, request) => {
      expect(request.dataSet).toEqual(encodeDataSet({ PatientName: "" }, { transferSyntax: "implicit" }));
      await wire.send(wire.answer(request, { status: 0xff01 }, item(1)));
      await wire.send(wire.answer(request, { status: 0xff00 }, item(2)));
      await wire.send(wire.answer(request, { status: 0xff01 }, item(3)), wire.answer(request, { status: 0 }));
      await released(wire);
    });
    const association = await open(peer.port);
    const answers = association.find(worklist, { PatientName: "" }, { limit: 10 });
    expect(answers.status).toBeUndefined();
    expect(ids(await all(answers))).toEqual(["P1", "P2", "P3"]);
    expect(answers).toMatchObject({ status: 0, isTruncated: false, unreadable: 0 });
    await association.release();
    expect(peer.failures).toEqual([]);
  });

  it("a patient ID of 4 MB in each answer: takes 64 MB of them and keeps few waiting", async () => {
    const long = encodeDataSet({ PatientComments: "x".repeat(4_000_000) }, { transferSyntax: "implicit" });
    let sent = 0;
    await using peer = await findPeer(async (wire, request) => {
      const answer = wire.answer(request, { status: 0xff00 }, long);
      for (; sent < 40; sent++) await wire.send(answer);
      expect((await wire.message()).command.commandField).toBe(0x0fff);
      await wire.send(wire.answer(request, { status: 0 }));
      await released(wire);
    });
    const association = await open(peer.port, { deadlines: { releaseMs: 5_000 } });
    const answers = association.find(worklist, {}, { limit: 1_000 });
    let taken = 0;
    for await (const _answer of answers) {
      taken += 1;
      if (taken > 1) continue;
      await new Promise((resolve) => setTimeout(resolve, 500));
      // What the two kernels hold comes on top.
      expect(sent).toBeLessThan(16);
    }
    expect({ taken, isTruncated: answers.isTruncated }).toEqual({ taken: 16, isTruncated: true });
    await association.release();
    expect(peer.failures).toEqual([]);
  });

  it("with a final status other than success throws it, after the answers", async () => {
    await using peer = await findPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0xff00 }, item(1)));
      await wire.send(wire.answer(request, { status: 0xa700, errorComment: "database is down" }));
      await released(wire);
    });
    const association = await open(peer.port);
    const seen: DataSet[] = [];
    const answers = association.find(worklist, {}, { limit: 10 });
    const failure = (async () => {
      for await (const answer of answers) seen.push(answer);
    })();
    await expect(failure).rejects.toMatchObject({
      code: "status",
      status: 0xa700,
      message: expect.stringContaining("A700: database is down"),
    });
    expect(ids(seen)).toEqual(["P1"]);
    expect(answers.status).toBe(0xa700);
    await association.release();
  });

  it.each([
    ["more answers than the limit", 2, 4, ["P0", "P1"], true],
    ["as many answers as the limit", 2, 2, ["P0", "P1"], false],
  ])("with %s", async (_name, limit, count, expected, isTruncated) => {
    const cancels: unknown[] = [];
    await using peer = await findPeer(async (wire, request) => {
      for (let id = 0; id < count; id++) await wire.send(wire.answer(request, { status: 0xff00 }, item(id)));
      if (isTruncated) {
        cancels.push((await wire.message()).command);
        await wire.send(wire.answer(request, { status: 0xff00 }, item(99)), wire.answer(request, { status: 0xfe00 }));
      } else await wire.send(wire.answer(request, { status: 0 }));
      await released(wire);
    });
    const association = await open(peer.port);
    const answers = association.find(worklist, {}, { limit });
    expect(ids(await all(answers))).toEqual(expected);
    expect(answers).toMatchObject({ isTruncated, status: isTruncated ? 0xfe00 : 0 });
    await association.release();
    expect(peer.failures).toEqual([]);
    if (isTruncated)
      expect(cancels).toEqual([{ commandField: 0x0fff, messageIdBeingRespondedTo: 1, commandDataSetType: 0x0101 }]);
  });

  it.each(["break", "throw"])(
    "defect 7 of dcmjs-dimse: a consumer that stops by %s sends C-CANCEL, and the association goes on",
    async (how) => {
      await using peer = await findPeer(async (wire, request) => {
        await wire.send(wire.answer(request, { status: 0xff00 }, item(0)));
        expect((await wire.message()).command.commandField).toBe(0x0fff);
        await wire.send(wire.answer(request, { status: 0xfe00 }));
        const second = await wire.message();
        await wire.send(wire.answer(second, { status: 0 }));
        await released(wire);
      });
      const association = await open(peer.port);
      const consume = async (): Promise<void> => {
        for await (const _answer of association.find(worklist, {}, { limit: 10 })) {
          if (how === "break") break;
          throw new Error("consumer");
        }
      };
      // What a consumer throws reaches the consumer, and nobody else.
      if (how === "break") await consume();
      else await expect(consume()).rejects.toThrow("consumer");
      expect(await all(association.find(worklist, {}, { limit: 10 }))).toEqual([]);
      await association.release();
      expect(peer.failures).toEqual([]);
    },
  );

  it("that is cancelled by its signal sends C-CANCEL and throws cancelled", async () => {
    const abort = new AbortController();
    await using peer = await findPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0xff00 }, item(0)));
      expect((await wire.message()).command.commandField).toBe(0x0fff);
      await wire.send(wire.answer(request, { status: 0xfe00 }));
      await released(wire);
    });
    const association = await open(peer.port);
    const work = (async () => {
      for await (const _answer of association.find(worklist, {}, { limit: 9, signal: abort.signal })) {
        setImmediate(() => abort.abort());
      }
    })();
    await expect(work).rejects.toMatchObject({ code: "cancelled" });
    await association.release();
    expect(peer.failures).toEqual([]);
  });

  it("whose cancel is ignored ends by abort", async () => {
    await using peer = await findPeer(async (wire, request) => {
      const flood = Array.from({ length: 50 }, () => wire.answer(request, { status: 0xff00 }, item(0)));
      while (!wire.socket.destroyed && wire.socket.writable) await wire.send(...flood);
    });
    const association = await open(peer.port, { deadlines: { releaseMs: 50 } });
    expect(ids(await all(association.find(worklist, {}, { limit: 1 })))).toEqual(["P0"]);
    expect(await association.closed).toMatchObject({ kind: "failed", error: { code: "timeout" } });
  });

  it("counts answers that cannot be read and gives the others", async () => {
    await using peer = await findPeer(async (wire, request) => {
      const broken = Buffer.from("1000100050000000aa", "hex");
      await wire.send(
        wire.answer(request, { status: 0xff00 }, item(1)),
        wire.answer(request, { status: 0xff00 }, broken),
      );
      await wire.send(wire.answer(request, { status: 0xff00 }, item(2)), wire.answer(request, { status: 0 }));
      await released(wire);
    });
    const association = await open(peer.port);
    const answers = association.find(worklist, {}, { limit: 10 });
    expect(ids(await all(answers))).toEqual(["P1", "P2"]);
    expect(answers.unreadable).toBe(1);
    await association.release();
  });

  it("with a pending answer without identifier is a protocol error", async () => {
    await using peer = await findPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0xff00 }));
      await wire.closed();
    });
    const association = await open(peer.port);
    await expect(all(association.find(worklist, {}, { limit: 1 }))).rejects.toMatchObject({
      code: "protocol",
    });
  });

  it("that stops in its answers is a timeout", async () => {
    await using peer = await findPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0xff00 }, item(1)));
      await wire.closed();
    });
    const association = await open(peer.port, { deadlines: { responseMs: 60 } });
    await expect(all(association.find(worklist, {}, { limit: 9 }))).rejects.toMatchObject({
      code: "timeout",
    });
  });

  it("defect 9 of dcmjs-dimse: a slow consumer stops the peer, not our memory", async () => {
    const big = encodeDataSet({ PatientComments: "x".repeat(8_000) }, { transferSyntax: "implicit" });
    const count = 4_000;
    let sent = 0;
    await using peer = await findPeer(async (wire, request) => {
      wire.maxPduBytes = 131_072;
      for (; sent < count; sent++) await wire.send(wire.answer(request, { status: 0xff00 }, big));
      await wire.send(wire.answer(request, { status: 0 }));
      await wire.closed();
    });
    const association = await open(peer.port, { deadlines: { responseMs: 2_000 } });
    let taken = 0;
    for await (const _answer of association.find(worklist, {}, { limit: count })) {
      taken++;
      if (taken > 1) continue;
      // The peer comes to a standstill, far from the end: kernel buffers and our queue are full.
      let before = -1;
      while (before !== sent) {
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      expect(sent).toBeLessThan(count);
    }
    expect(taken).toBe(count);
    association.abort();
  });
});
