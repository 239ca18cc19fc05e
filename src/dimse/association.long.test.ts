import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type RawPeer, startRawPeer, type Wire } from "../../test/support/raw-peer.ts";
import { DimseError, type OpenOptions, openAssociation, verificationSopClass } from "./dimse.ts";
import { explicitLittleEndian, implicitLittleEndian } from "./names.ts";
import { encodeAbort, encodeAssociateReject, encodeReleaseRequest, encodeReleaseResponse } from "./pdu-writer.ts";

const verification = { abstractSyntax: verificationSopClass, transferSyntaxes: [implicitLittleEndian] };

function open(port: number, options: OpenOptions = {}) {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  return openAssociation(address, [verification], options);
}

/** The DimseError that a promise ends in; anything else fails the test. */
async function errorOf(work: Promise<unknown>): Promise<DimseError> {
  const reason: unknown = await work.then(
    () => new Error("it succeeded"),
    (error: unknown) => error,
  );
  if (reason instanceof DimseError) return reason;
  throw reason;
}

/** A peer that accepts and then does something with the first C-ECHO. */
function echoPeer(
  then: (wire: Wire, request: Awaited<ReturnType<Wire["message"]>>) => Promise<void>,
): Promise<RawPeer> {
  return startRawPeer(async (wire) => {
    await wire.accept();
    await then(wire, await wire.message());
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

describe("opening an association", () => {
  it("names both AE titles and proposes its contexts", async () => {
    const requests: unknown[] = [];
    await using peer = await startRawPeer(async (wire) => {
      requests.push(await wire.accept());
      await wire.pdu();
      await wire.send(encodeReleaseResponse());
    });
    const association = await open(peer.port, { maxPduBytes: 50_000 });
    expect(association.accepts(verificationSopClass, implicitLittleEndian)).toBe(true);
    expect(association.accepts(verificationSopClass, explicitLittleEndian)).toBe(false);
    await association.release();
    expect(await association.closed).toEqual({ kind: "released" });
    expect(requests).toMatchObject([
      {
        calledAeTitle: "PEER",
        callingAeTitle: "SCOPELINE",
        contexts: [{ id: 1, ...verification }],
        user: { maxPduBytes: 50_000 },
      },
    ]);
  });

  it("to a port where nothing listens is connect-failed, and says so", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    const error = await errorOf(open(typeof address === "object" ? (address?.port ?? 0) : 0));
    expect(error).toMatchObject({ code: "connect-failed", message: expect.stringContaining("nothing listens there") });
  });

  it("to a host whose name is unknown is connect-failed", async () => {
    const address = { host: "no-such-host.invalid", port: 104, calledAeTitle: "A", callingAeTitle: "B" };
    const error = await errorOf(openAssociation(address, [verification], { deadlines: { connectMs: 5_000 } }));
    expect(["connect-failed", "connect-timeout"]).toContain(error.code);
  });

  it("to a host that swallows everything is connect-timeout", async () => {
    // TLS to a peer that never says a word: connected, and yet not.
    await using peer = await startRawPeer(async (wire) => void (await wire.closed()));
    const error = await errorOf(open(peer.port, { deadlines: { connectMs: 50 }, tls: () => ({ serverName: "peer" }) }));
    expect(error.code).toBe("connect-timeout");
  });

  it.each([
    [1, 1, 3, "rejected-permanent", /AE title \(calling\)/],
    [1, 1, 7, "rejected-permanent", /AE title we called/],
    [2, 3, 2, "rejected-transient", /too many associations/],
  ])("that is rejected with %i/%i/%i is %s in words", async (result, source, reason, code, words) => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.pdu();
      await wire.send(encodeAssociateReject({ result, source, reason }));
    });
    const error = await errorOf(open(peer.port));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
  });

  it("that is aborted is aborted-by-peer with the reason", async () => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.pdu();
      await wire.send(encodeAbort(2, 1));
    });
    const error = await errorOf(open(peer.port));
    expect(error).toMatchObject({ code: "aborted-by-peer", message: expect.stringContaining("unrecognized PDU") });
  });

  it("that is not answered is a timeout, and the peer is told", async () => {
    const heard: unknown[] = [];
    await using peer = await startRawPeer(async (wire) => {
      await wire.pdu();
      heard.push(await wire.pdu());
    });
    expect((await errorOf(open(peer.port, { deadlines: { associationMs: 50 } }))).code).toBe("timeout");
    await expect.poll(() => heard).toEqual([{ type: "abort", source: 0, reason: 0 }]);
  });

  it.each<[string, (wire: Wire) => void | Promise<void>]>([
    ["closed", (wire) => void wire.socket.end()],
    ["reset", (wire) => wire.reset()],
    ["closed in the middle of a PDU", async (wire) => void wire.socket.end(Buffer.from([2, 0, 0, 0, 1, 0, 1, 2, 3]))],
  ])("on a connection that is %s is closed-by-peer", async (_name, end) => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.pdu();
      await end(wire);
    });
    expect((await errorOf(open(peer.port))).code).toBe("closed-by-peer");
  });

  it.each<[string, Buffer]>([
    ["HTTP", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a PDU that claims 4 GB", Buffer.from([2, 0, 0xff, 0xff, 0xff, 0xff])],
    ["a release", encodeReleaseRequest()],
    ["an empty acceptance", Buffer.from([2, 0, 0, 0, 0, 0])],
  ])("that is answered by %s is a protocol error", async (_name, bytes) => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.pdu();
      await wire.send(bytes);
      await wire.closed();
    });
    expect((await errorOf(open(peer.port))).code).toBe("protocol");
  });

  it("may be cancelled while it waits", async () => {
    const abort = new AbortController();
    await using peer = await startRawPeer(async (wire) => {
      await wire.pdu();
      abort.abort();
      await wire.closed();
    });
    expect((await errorOf(open(peer.port, { signal: abort.signal }))).code).toBe("cancelled");
    expect((await errorOf(open(peer.port, { signal: abort.signal }))).code).toBe("cancelled");
  });

  it("needs AE titles of 1 to 16 characters", async () => {
    for (const calledAeTitle of ["", "   ", "A\\B", "SEVENTEEN-LETTERS", "ÄE"]) {
      const address = { host: "127.0.0.1", port: 1, calledAeTitle, callingAeTitle: "SCOPELINE" };
      expect((await errorOf(openAssociation(address, [verification]))).code).toBe("invalid-request");
    }
  });

  it("defect 2 of dcmjs-dimse: with no context accepted is context-refused, and is released", async () => {
    const heard: unknown[] = [];
    await using peer = await startRawPeer(async (wire) => {
      const request = await wire.pdu();
      if (request.type !== "associate-rq") return;
      await wire.send(wire.acceptance(request, [{ id: 1, result: 3, transferSyntax: "" }]));
      heard.push(await wire.pdu());
      await wire.send(encodeReleaseResponse());
    });
    const error = await errorOf(open(peer.port));
    expect(error).toMatchObject({ code: "context-refused", message: expect.stringContaining("abstract syntax") });
    expect(heard).toEqual([{ type: "release-rq" }]);
  });
});

describe("C-ECHO", () => {
  it("gives the peer's status", async () => {
    await using peer = await echoPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0 }));
      const second = await wire.message();
      expect(second.command.messageId).toBe(2);
      await wire.send(wire.answer(second, { status: 0x0122 }));
      await wire.closed();
    });
    await using association = await open(peer.port, { deadlines: { releaseMs: 50 } });
    expect(await association.echo()).toBe(0);
    expect(await association.echo()).toBe(0x0122);
    expect(peer.failures).toEqual([]);
  });

  it.each<[string, (wire: Wire, request: Awaited<ReturnType<Wire["message"]>>) => Buffer]>([
    ["another message ID", (wire, request) => wire.answer(request, { status: 0, messageIdBeingRespondedTo: 77 })],
    ["another command", (wire, request) => wire.answer(request, { status: 0, commandField: 0x8001 })],
    ["another context", (wire, request) => wire.answer({ ...request, contextId: 3 }, { status: 0 })],
    ["no status", (wire, request) => wire.answer(request, {})],
    ["a request of its own", (wire, request) => wire.answer(request, { commandField: 0x30, messageId: 1 })],
    [
      "an association request",
      (wire) =>
        wire.acceptance(
          {
            type: "associate-rq",
            protocolVersion: 1,
            calledAeTitle: "A",
            callingAeTitle: "B",
            applicationContext: "1.2",
            contexts: [],
            user: { maxPduBytes: 0, implementationClassUid: "", implementationVersionName: "" },
          },
          [],
        ),
    ],
    ["a pending status", (wire, request) => wire.answer(request, { status: 0xff00 })],
    ["half a command", (wire, request) => wire.answer(request, { status: 0 }).fill(0xff, 20)],
  ])("answered with %s is a protocol error", async (_name, answer) => {
    const heard: unknown[] = [];
    await using peer = await echoPeer(async (wire, request) => {
      await wire.send(answer(wire, request));
      heard.push(await wire.pdu());
    });
    const association = await open(peer.port);
    expect((await errorOf(association.echo())).code).toBe("protocol");
    expect(await association.closed).toMatchObject({ kind: "failed", error: { code: "protocol" } });
    await expect.poll(() => heard).toMatchObject([{ type: "abort", source: 2 }]);
  });

  it("answered twice, or without having been asked, is a protocol error", async () => {
    await using peer = await echoPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0 }));
      await wire.send(wire.answer(request, { status: 0 }));
      await wire.closed();
    });
    const association = await open(peer.port);
    expect(await association.echo()).toBe(0);
    expect(await association.closed).toMatchObject({ error: { code: "protocol" } });
    expect(association.isOpen).toBe(false);
  });

  it("defect 3 of dcmjs-dimse: the peer's A-ABORT ends the request at once, with its reason", async () => {
    await using peer = await echoPeer((wire) => wire.send(encodeAbort(2, 5)));
    const association = await open(peer.port);
    const error = await errorOf(association.echo());
    expect(error).toMatchObject({
      code: "aborted-by-peer",
      message: expect.stringContaining("unexpected PDU parameter"),
    });
    expect((await errorOf(association.echo())).code).toBe("aborted-by-peer");
  });

  it.each<[string, (wire: Wire) => void]>([
    ["closed", (wire) => void wire.socket.end()],
    ["reset", (wire) => wire.reset()],
    ["closed in half an answer", (wire) => void wire.socket.end(Buffer.from([4, 0, 0, 0, 0, 50, 0, 0]))],
  ])("defect 4 of dcmjs-dimse: a connection that is %s ends the request at once", async (_name, end) => {
    await using peer = await echoPeer(async (wire) => end(wire));
    const association = await open(peer.port);
    expect((await errorOf(association.echo())).code).toBe("closed-by-peer");
    expect(await association.closed).toMatchObject({ kind: "failed", error: { code: "closed-by-peer" } });
  });

  it("that is not answered is a timeout", async () => {
    await using peer = await echoPeer((wire) => wire.closed());
    const association = await open(peer.port, { deadlines: { responseMs: 50 } });
    expect((await errorOf(association.echo())).code).toBe("timeout");
  });

  it("whose answer stops half-way is a timeout of the read", async () => {
    await using peer = await echoPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0 }).subarray(0, 20));
      await wire.closed();
    });
    const association = await open(peer.port, { deadlines: { readMs: 50 } });
    expect(await errorOf(association.echo())).toMatchObject({
      code: "timeout",
      message: expect.stringContaining("middle"),
    });
  });

  it("that was answered in time, though in two pieces, sets no clock for what comes later", async () => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      for (let time = 0; time < 2; time++) {
        const answer = wire.answer(await wire.message(), { status: 0 });
        await wire.send(answer.subarray(0, 20));
        await sleep(20);
        await wire.send(answer.subarray(20));
      }
      await wire.pdu();
      await wire.send(encodeReleaseResponse());
    });
    const association = await open(peer.port, { deadlines: { responseMs: 100, readMs: 100, associationMs: 100 } });
    expect(await association.echo()).toBe(0);
    // Longer than every deadline: that nothing happens meanwhile is what is tested.
    await sleep(300);
    expect(association.isOpen).toBe(true);
    expect(await association.echo()).toBe(0);
    await association.release();
  });

  it("takes one request at a time", async () => {
    await using peer = await echoPeer(async (wire, request) => {
      await wire.send(wire.answer(request, { status: 0 }));
      await wire.closed();
    });
    const association = await open(peer.port);
    const first = association.echo();
    expect((await errorOf(association.echo())).code).toBe("invalid-request");
    expect((await errorOf(association.release())).code).toBe("invalid-request");
    expect(await first).toBe(0);
    association.abort();
  });

  it("is ended by abort, by the signal and by leaving the scope", async () => {
    const heard: string[] = [];
    await using peer = await echoPeer(async (wire) => void heard.push((await wire.pdu()).type));
    const aborted = await open(peer.port);
    const one = errorOf(aborted.echo());
    aborted.abort();
    expect((await one).code).toBe("cancelled");
    const controller = new AbortController();
    const signalled = await open(peer.port, { signal: controller.signal });
    const two = errorOf(signalled.echo());
    controller.abort();
    expect((await two).code).toBe("cancelled");
    let three: Promise<DimseError>;
    {
      await using scoped = await open(peer.port);
      three = errorOf(scoped.echo());
    }
    expect((await three).code).toBe("cancelled");
    await expect.poll(() => heard).toEqual(["abort", "abort", "abort"]);
  });

  it("on a class that was not proposed is context-refused and leaves the association as it is", async () => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.pdu();
      await wire.send(encodeReleaseResponse());
    });
    const association = await open(peer.port);
    const answers = association.find("1.2.840.10008.5.1.4.31", {}, { limit: 1 });
    const error = await errorOf(all(answers));
    expect(error).toMatchObject({ code: "context-refused", message: expect.stringContaining("not proposed") });
    await association.release();
  });
});

describe("release", () => {
  it("is agreed to when both ask at once", async () => {
    const heard: string[] = [];
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.pdu();
      await wire.send(encodeReleaseRequest());
      heard.push((await wire.pdu()).type);
      await wire.send(encodeReleaseResponse());
    });
    const association = await open(peer.port);
    await Promise.all([association.release(), association.release()]);
    expect(heard).toEqual(["release-rp"]);
    await association.release();
    expect((await errorOf(association.echo())).code).toMatch(/invalid-request|closed-by-peer/);
  });

  it("is done when the peer closes instead of answering", async () => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.pdu();
      wire.socket.end();
    });
    const association = await open(peer.port);
    await association.release();
    expect(await association.closed).toEqual({ kind: "released" });
  });

  it("that is not answered is a timeout", async () => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.closed();
    });
    const association = await open(peer.port, { deadlines: { releaseMs: 50 } });
    expect((await errorOf(association.release())).code).toBe("timeout");
  });

  it("by the peer is agreed to, and the next request says that another association is needed", async () => {
    const heard: string[] = [];
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.send(encodeReleaseRequest());
      heard.push((await wire.pdu()).type);
      wire.socket.end();
    });
    const association = await open(peer.port);
    expect(await association.closed).toEqual({ kind: "released" });
    expect((await errorOf(association.echo())).code).toBe("closed-by-peer");
    await expect.poll(() => heard).toEqual(["release-rp"]);
  });

  it("by the peer in the middle of a request ends that request", async () => {
    await using peer = await echoPeer(async (wire) => {
      await wire.send(encodeReleaseRequest());
      await wire.closed();
    });
    const association = await open(peer.port);
    expect((await errorOf(association.echo())).code).toBe("closed-by-peer");
  });
});
