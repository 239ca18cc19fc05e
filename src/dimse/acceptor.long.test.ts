import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { callRaw } from "../../test/support/raw-peer.ts";
import { encodeCommandSet } from "./command-set.ts";
import { type DimseError, type ListenOptions, listen, openAssociation, verificationSopClass } from "./dimse.ts";
import { applicationContextName, implicitLittleEndian } from "./names.ts";
import type { ProposedContext } from "./pdu.ts";
import {
  encodeAbort,
  encodeAssociateRequest,
  encodeData,
  encodeReleaseRequest,
  encodeReleaseResponse,
} from "./pdu-writer.ts";

const verification = { abstractSyntax: verificationSopClass, transferSyntaxes: [implicitLittleEndian] };

async function listening(options: Partial<ListenOptions> = {}) {
  const errors: DimseError[] = [];
  const acceptor = await listen({
    host: "127.0.0.1",
    port: 0,
    aeTitle: "SCOPELINE",
    onError: (error) => errors.push(error),
    ...options,
  });
  return Object.assign(acceptor, { errors, [Symbol.asyncDispose]: () => acceptor.close() });
}

function address(port: number, names: { called?: string; calling?: string } = {}) {
  return {
    host: "127.0.0.1",
    port,
    calledAeTitle: names.called ?? "SCOPELINE",
    callingAeTitle: names.calling ?? "ARCHIVE",
  };
}

function requestFor(contexts: readonly ProposedContext[] = [{ id: 1, ...verification }], maxPduBytes = 16_384): Buffer {
  return encodeAssociateRequest({
    calledAeTitle: "SCOPELINE",
    callingAeTitle: "ARCHIVE",
    applicationContext: applicationContextName,
    contexts,
    user: { maxPduBytes, implementationClassUid: "1.2.3", implementationVersionName: "RAW" },
  });
}

const echoRequest = (messageId: number, contextId = 1): Buffer =>
  encodeData(
    contextId,
    true,
    encodeCommandSet({
      affectedSopClassUid: verificationSopClass,
      commandField: 0x30,
      messageId,
      commandDataSetType: 0x101,
    }),
    16_384,
  );

describe("the acceptor", () => {
  it("answers our own C-ECHO and forgets the association", async () => {
    await using acceptor = await listening();
    const association = await openAssociation(address(acceptor.port), [verification]);
    expect(await association.echo()).toBe(0);
    expect(await association.echo()).toBe(0);
    await association.release();
    expect(acceptor.errors).toEqual([]);
  });

  it("keeps an association for as long as its caller is not idle", async () => {
    await using acceptor = await listening({ idleMs: 400, deadlines: { associationMs: 100, responseMs: 100 } });
    const association = await openAssociation(address(acceptor.port), [verification]);
    for (let time = 0; time < 4; time++) {
      expect(await association.echo()).toBe(0);
      await sleep(150);
    }
    expect(await association.echo()).toBe(0);
    await association.release();
    expect(acceptor.errors).toEqual([]);
  });

  it("lets its handler decide the status, and survives a handler that throws", async () => {
    const callers: unknown[] = [];
    await using acceptor = await listening({
      handlers: {
        echo: async (caller) => {
          callers.push(caller);
          if (callers.length === 1) throw new Error("handler");
          return 0x0122;
        },
      },
    });
    await using association = await openAssociation(address(acceptor.port), [verification]);
    expect(await association.echo()).toBe(0x0110);
    expect(await association.echo()).toBe(0x0122);
    expect(callers[0]).toEqual({ callingAeTitle: "ARCHIVE", remoteAddress: "127.0.0.1" });
    expect(acceptor.errors).toMatchObject([{ cause: new Error("handler") }]);
  });

  it.each([
    ["another called AE title", { called: "OTHER" }, {}, /AE title we called/],
    ["an unknown caller", { calling: "STRANGER" }, { callers: ["ARCHIVE"] }, /our AE title/],
  ])("rejects %s for good", async (_name, names, options, words) => {
    await using acceptor = await listening(options);
    await expect(openAssociation(address(acceptor.port, names), [verification])).rejects.toMatchObject({
      code: "rejected-permanent",
      message: expect.stringMatching(words),
    });
  });

  it("rejects what is too much for the moment, and takes it when there is room again", async () => {
    await using acceptor = await listening({ maxAssociations: 1 });
    const first = await openAssociation(address(acceptor.port), [verification]);
    await expect(openAssociation(address(acceptor.port), [verification])).rejects.toMatchObject({
      code: "rejected-transient",
    });
    await first.release();
    const second = await openAssociation(address(acceptor.port), [verification]);
    expect(await second.echo()).toBe(0);
    await second.release();
  });

  it("drops a flood of connections and goes on", async () => {
    await using acceptor = await listening({ maxAssociations: 1 });
    const flood = Array.from({ length: 40 }, () => connect({ port: acceptor.port, host: "127.0.0.1" }));
    let closed = 0;
    for (const socket of flood)
      socket
        .on("error", () => {})
        .on("close", () => closed++)
        .resume();
    await expect.poll(() => closed).toBeGreaterThanOrEqual(40 - 9);
    for (const socket of flood) socket.destroy();
    await expect.poll(async () => (await openAssociation(address(acceptor.port), [verification])).echo()).toBe(0);
  });

  it("refuses contexts that it does not serve", async () => {
    await using acceptor = await listening();
    const store = { abstractSyntax: "1.2.840.10008.5.1.4.1.1.7", transferSyntaxes: [implicitLittleEndian] };
    const deflated = { ...verification, transferSyntaxes: ["1.2.840.10008.1.2.1.99"] };
    await expect(openAssociation(address(acceptor.port), [store, deflated])).rejects.toMatchObject({
      code: "context-refused",
      message: expect.stringMatching(/abstract syntax .* not supported; transfer syntaxes not supported/),
    });
  });

  it("aborts a caller that says nothing, one that stops half-way and one that stays idle", async () => {
    await using acceptor = await listening({ idleMs: 60, deadlines: { associationMs: 60, readMs: 60 } });
    for (const beginning of [Buffer.alloc(0), requestFor().subarray(0, 50), requestFor()]) {
      using wire = await callRaw(acceptor.port);
      await wire.send(beginning);
      await wire.closed();
    }
    expect(acceptor.errors.map((error) => error.code)).toEqual(["timeout", "timeout", "timeout"]);
  });

  it.each<[string, Buffer]>([
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["a TLS hello", Buffer.from("16030100c8010000c40303", "hex")],
    ["a claim of 4 GB", Buffer.from([1, 0, 0xff, 0xff, 0xff, 0xff])],
    ["data before the association", echoRequest(1)],
    ["two association requests", Buffer.concat([requestFor(), requestFor()])],
    ["a message on a context that was not accepted", Buffer.concat([requestFor(), echoRequest(1, 5)])],
    [
      "a response that was not asked for",
      Buffer.concat([
        requestFor(),
        encodeData(1, true, encodeCommandSet({ commandField: 0x8030, status: 0, commandDataSetType: 0x101 }), 16_384),
      ]),
    ],
    ["data longer than announced", Buffer.concat([requestFor(), Buffer.from([4, 0, 0, 2, 0, 1])])],
    ["an agreement to a release", Buffer.concat([requestFor(), encodeReleaseResponse()])],
  ])("aborts %s", async (name, bytes) => {
    await using acceptor = await listening();
    using wire = await callRaw(acceptor.port);
    await wire.send(bytes);
    let last = await wire.pdu();
    if (last.type === "associate-ac") last = await wire.pdu();
    expect(last.type).toBe("abort");
    expect(acceptor.errors.map((error) => error.code)).toEqual([name === "a TLS hello" ? "tls" : "protocol"]);
  });

  it("answers requests one by one, in their order, however many come at once", async () => {
    await using acceptor = await listening();
    using wire = await callRaw(acceptor.port);
    await wire.send(requestFor());
    await wire.pdu();
    const count = 3_000;
    void wire.send(...Array.from({ length: count }, (_, index) => echoRequest(index)), encodeReleaseRequest());
    const seen: unknown[] = [];
    for (let index = 0; index < count; index++) seen.push((await wire.message()).command.messageIdBeingRespondedTo);
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => index));
    expect((await wire.pdu()).type).toBe("release-rp");
  });

  it("answers a command it does not know with 0211, and skips a cancel", async () => {
    await using acceptor = await listening();
    using wire = await callRaw(acceptor.port);
    const cancel = encodeCommandSet({ commandField: 0x0fff, messageIdBeingRespondedTo: 1, commandDataSetType: 0x101 });
    const get = encodeCommandSet({ commandField: 0x0110, messageId: 5, commandDataSetType: 0x101 });
    await wire.send(requestFor(), encodeData(1, true, cancel, 16_384), encodeData(1, true, get, 16_384));
    await wire.pdu();
    expect((await wire.message()).command).toMatchObject({
      commandField: 0x8110,
      messageIdBeingRespondedTo: 5,
      status: 0x0211,
    });
  });

  it("stops a caller that asks and never reads the answers", async () => {
    await using acceptor = await listening({ deadlines: { writeMs: 100 } });
    const socket = connect({ port: acceptor.port, host: "127.0.0.1" })
      .on("error", () => {})
      .pause();
    await once(socket, "connect");
    socket.write(requestFor());
    const flood = Buffer.concat(Array.from({ length: 700 }, (_, index) => echoRequest(index)));
    let isStopped = false;
    socket.once("close", () => {
      isStopped = true;
    });
    let sent = 0;
    while (!isStopped && acceptor.errors.length === 0) {
      if (!socket.write(flood))
        await Promise.race([once(socket, "drain"), new Promise((resolve) => setTimeout(resolve, 50))]);
      sent += flood.length;
      if (socket.writableLength > 50_000_000) throw new Error(`it read ${sent} bytes and was not stopped`);
    }
    expect(acceptor.errors.map((error) => error.code)).toEqual(["timeout"]);
    socket.destroy();
  });

  it("takes an abort, a reset and a close without a word", async () => {
    await using acceptor = await listening();
    const ends = ["abort", "reset", "close"];
    for (const end of ends) {
      using wire = await callRaw(acceptor.port);
      await wire.send(requestFor());
      await wire.pdu();
      if (end === "abort") await wire.send(encodeAbort(0, 0));
      else if (end === "reset") wire.reset();
      else wire.socket.end();
      await wire.closed();
    }
    await expect
      .poll(() => acceptor.errors.map((error) => error.code))
      .toEqual(["aborted-by-peer", "closed-by-peer", "closed-by-peer"]);
  });

  it("closes with associations open, and says when its port is taken", async () => {
    const acceptor = await listening();
    const association = await openAssociation(address(acceptor.port), [verification]);
    await expect(listening({ port: acceptor.port })).rejects.toMatchObject({ code: "connect-failed" });
    await acceptor.close();
    expect(await association.closed).toMatchObject({ kind: "failed", error: { code: "aborted-by-peer" } });
  });
});
