import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { callRaw, startRawPeer, type Wire } from "../../../test/support/raw-peer.ts";
import { temporaryDirectory } from "../../../test/support/run.ts";
import { encodeDataSet } from "../../dicom/dicom.ts";
import type { CommandSet } from "../command-set.ts";
import {
  type Association,
  type DimseError,
  type EventReport,
  eventReportService,
  listen,
  type OpenOptions,
  openAssociation,
  type PresentationContext,
} from "../dimse.ts";
import { applicationContextName, explicitLittleEndian, implicitLittleEndian } from "../names.ts";
import type { AssociateAccept, RoleSelection } from "../pdu.ts";
import { encodeAssociateRequest, encodeReleaseRequest, encodeReleaseResponse } from "../pdu-writer.ts";

const commitment = "1.2.840.10008.1.20.1";
const commitmentInstance = "1.2.840.10008.1.20.1.1";
const capture = "1.2.840.10008.5.1.4.1.1.7";
const fields: CommandSet = {
  affectedSopClassUid: commitment,
  commandField: 0x0100,
  affectedSopInstanceUid: commitmentInstance,
  eventTypeId: 1,
};
const { eventTypeId: _, ...withoutEventType } = fields;
const transaction = (id: number, transferSyntax: "implicit" | "explicit" = "implicit"): Buffer =>
  encodeDataSet({ TransactionUID: `1.2.${id}` }, { transferSyntax });

async function listening(handler: (report: EventReport) => Promise<number>) {
  const errors: DimseError[] = [];
  const services = [eventReportService(handler)];
  const onError = (error: DimseError): void => void errors.push(error);
  const acceptor = await listen({ host: "127.0.0.1", port: 0, aeTitle: "SCOPELINE", services, onError });
  return Object.assign(acceptor, { errors, [Symbol.asyncDispose]: () => acceptor.close() });
}

/** A caller on an accepted association, and what it was granted. */
async function called(port: number, transferSyntax: string, roles?: readonly RoleSelection[]) {
  const wire = await callRaw(port);
  const user = { maxPduBytes: 16_384, implementationClassUid: "1.2.3", implementationVersionName: "RAW" };
  await wire.send(
    encodeAssociateRequest({
      ...{ calledAeTitle: "SCOPELINE", callingAeTitle: "ARCHIVE", applicationContext: applicationContextName },
      contexts: [{ id: 1, abstractSyntax: commitment, transferSyntaxes: [transferSyntax] }],
      user: { ...user, ...(roles && { roles }) },
    }),
  );
  const accept = await wire.pdu();
  if (accept.type !== "associate-ac") throw new Error(`a PDU ${accept.type} instead of an acceptance`);
  return Object.assign(wire, { accept: accept as AssociateAccept });
}

describe("N-EVENT-REPORT on an association that came in", () => {
  it.each([
    ["explicit", explicitLittleEndian],
    ["implicit", implicitLittleEndian],
  ] as const)("reaches its handler in %s VR, and the peer has the handler's status", async (encoding, uid) => {
    const reports: EventReport[] = [];
    await using acceptor = await listening(async (report) => {
      reports.push(report);
      return 0x0112;
    });
    using wire = await called(acceptor.port, uid, [{ sopClassUid: commitment, isScu: false, isScp: true }]);
    expect(wire.accept.user.roles).toEqual([{ sopClassUid: commitment, isScu: false, isScp: true }]);
    await wire.send(wire.request(1, { ...fields, messageId: 9 }, transaction(1, encoding)));
    expect((await wire.message()).command).toEqual({
      ...{ affectedSopClassUid: commitment, affectedSopInstanceUid: commitmentInstance, eventTypeId: 1 },
      ...{ commandField: 0x8100, messageIdBeingRespondedTo: 9, commandDataSetType: 0x0101, status: 0x0112 },
    });
    await wire.send(encodeReleaseRequest());
    expect((await wire.pdu()).type).toBe("release-rp");
    expect(reports).toMatchObject([
      {
        ...{ sopClassUid: commitment, sopInstanceUid: commitmentInstance, eventTypeId: 1 },
        information: { TransactionUID: "1.2.1" },
        caller: { callingAeTitle: "ARCHIVE", remoteAddress: "127.0.0.1" },
      },
    ]);
    expect(acceptor.errors).toEqual([]);
  });

  it("is heard from a caller that proposes no role, or the wrong one", async () => {
    let reports = 0;
    await using acceptor = await listening(async () => {
      reports++;
      return 0;
    });
    for (const roles of [undefined, [{ sopClassUid: commitment, isScu: true, isScp: false }]]) {
      using wire = await called(acceptor.port, implicitLittleEndian, roles);
      await wire.send(wire.request(1, fields, transaction(1)));
      expect((await wire.message()).command.status).toBe(0);
    }
    expect(reports).toBe(2);
  });

  it.each<[string, CommandSet, Buffer | undefined, number]>([
    ["no event type", withoutEventType, transaction(1), 0x0113],
    ["no information", fields, undefined, 0x0115],
    ["information that is not DICOM", fields, Buffer.from("not DICOM at all"), 0x0115],
    ["another operation", { ...fields, commandField: 0x0130 }, transaction(1), 0x0211],
  ])("with %s is answered, and never reaches the handler", async (_name, command, dataSet, status) => {
    await using acceptor = await listening(async () => {
      throw new Error("it was called");
    });
    using wire = await called(acceptor.port, implicitLittleEndian);
    await wire.send(wire.request(1, command, dataSet));
    expect((await wire.message()).command.status).toBe(status);
    expect(acceptor.errors).toEqual([]);
  });

  it("is answered with 0110 when the handler throws, and the next one is heard", async () => {
    let isFirst = true;
    await using acceptor = await listening(async () => {
      if (!isFirst) return 0;
      isFirst = false;
      throw new Error("database locked");
    });
    using wire = await called(acceptor.port, implicitLittleEndian);
    await wire.send(wire.request(1, fields, transaction(1)), wire.request(1, fields, transaction(2)));
    expect((await wire.message()).command.status).toBe(0x0110);
    expect((await wire.message()).command.status).toBe(0);
    expect(acceptor.errors).toMatchObject([{ cause: new Error("database locked") }]);
  });

  it("whose handler never ends does not keep its place for ever", async () => {
    const services = [eventReportService(() => new Promise(() => {}))];
    const deadlines = { responseMs: 60 };
    const acceptor = await listen({ host: "127.0.0.1", port: 0, aeTitle: "SCOPELINE", services, deadlines });
    using wire = await called(acceptor.port, implicitLittleEndian);
    await wire.send(wire.request(1, fields, transaction(1)));
    expect((await wire.pdu()).type).toBe("abort");
    await acceptor.close();
  });
});

describe("N-EVENT-REPORT on our own association", () => {
  function open(port: number, options: OpenOptions, more: readonly PresentationContext[] = []): Promise<Association> {
    const address = { host: "127.0.0.1", port, calledAeTitle: "ARCHIVE", callingAeTitle: "SCOPELINE" };
    const contexts = [{ abstractSyntax: commitment, transferSyntaxes: [implicitLittleEndian] }, ...more];
    return openAssociation(address, contexts, { deadlines: { releaseMs: 2_000 }, ...options });
  }
  const ask = (association: Association) =>
    association.nAction(commitment, commitmentInstance, 1, { TransactionUID: "1.2.1" });
  const released = async (wire: Wire): Promise<void> => {
    expect((await wire.pdu()).type).toBe("release-rq");
    await wire.send(encodeReleaseResponse());
  };

  it("is answered while our request waits, and again while the association is idle", async () => {
    const statuses: unknown[] = [];
    const reports: EventReport[] = [];
    const told = Promise.withResolvers<void>();
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      const request = await wire.message();
      await wire.send(wire.request(1, { ...fields, messageId: 21 }, transaction(1)));
      statuses.push((await wire.message()).command);
      await wire.send(wire.answer(request, { status: 0 }));
      await wire.send(wire.request(1, { ...fields, messageId: 22, eventTypeId: 2 }, transaction(2)));
      statuses.push((await wire.message()).command);
      told.resolve();
      await released(wire);
    });
    const onEventReport = async (report: EventReport): Promise<number> => {
      reports.push(report);
      return reports.length === 1 ? 0 : 0x0112;
    };
    const association = await open(peer.port, { onEventReport });
    expect(await ask(association)).toEqual({ status: 0 });
    await told.promise;
    await association.release();
    expect(peer.failures).toEqual([]);
    expect(statuses).toMatchObject([
      { commandField: 0x8100, messageIdBeingRespondedTo: 21, status: 0 },
      { commandField: 0x8100, messageIdBeingRespondedTo: 22, status: 0x0112 },
    ]);
    expect(reports).toMatchObject([
      { eventTypeId: 1, information: { TransactionUID: "1.2.1" }, caller: { callingAeTitle: "ARCHIVE" } },
      { eventTypeId: 2, information: { TransactionUID: "1.2.2" } },
    ]);
  });

  it("is answered before the association is released", async () => {
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.send(wire.request(1, fields, transaction(1)));
      order.push(String((await wire.message()).command.status));
      await released(wire);
      order.push("released");
    });
    const onEventReport = async (): Promise<number> => {
      begun.resolve();
      await mayEnd.promise;
      return 0;
    };
    const association = await open(peer.port, { onEventReport });
    await begun.promise;
    const release = association.release();
    mayEnd.resolve();
    await release;
    expect(order).toEqual(["0", "released"]);
  });

  it("is answered between two messages of ours, never within one", async () => {
    await using folder = await temporaryDirectory();
    const file = path.join(folder.path, "data");
    const sizeBytes = 20_000_000;
    await writeFile(file, Buffer.alloc(sizeBytes, 7));
    const kinds: string[] = [];
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept(131_072);
      let received = 0;
      for (let isAsked = false; ; ) {
        const pdu = await wire.pdu();
        if (pdu.type !== "p-data") break;
        for (const pdv of pdu.pdvs) {
          kinds.push(pdv.isCommand ? "command" : "data");
          if (!pdv.isCommand) received += pdv.fragment.length;
        }
        if (!isAsked && received > 1_000_000) {
          isAsked = true;
          await wire.send(wire.request(1, fields, transaction(1)));
        }
        if (received === sizeBytes && kinds.at(-1) === "command") {
          const message = { contextId: 3, command: { commandField: 1, messageId: 1 }, dataSet: undefined };
          await wire.send(wire.answer(message, { status: 0 }));
        }
      }
      await wire.send(encodeReleaseResponse());
    });
    const store = { abstractSyntax: capture, transferSyntaxes: [explicitLittleEndian] };
    const association = await open(peer.port, { onEventReport: async () => 0 }, [store]);
    const instance = { sopClassUid: capture, sopInstanceUid: "1.2.3", transferSyntaxUid: explicitLittleEndian };
    expect((await association.store({ ...instance, file, offset: 0, sizeBytes })).status).toBe(0);
    await association.release();
    expect(peer.failures).toEqual([]);
    expect([kinds[0], kinds.at(-1)]).toEqual(["command", "command"]);
    expect(kinds.slice(1, -1).every((kind) => kind === "data")).toBe(true);
  });

  it("that the handler throws on is answered with 0110 and told", async () => {
    const errors: DimseError[] = [];
    const answered = Promise.withResolvers<unknown>();
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.send(wire.request(1, fields, transaction(1)));
      answered.resolve((await wire.message()).command.status);
      await released(wire);
    });
    const onEventReport = async (): Promise<number> => {
      throw new Error("database locked");
    };
    const association = await open(peer.port, { onEventReport, onError: (error) => errors.push(error) });
    expect(await answered.promise).toBe(0x0110);
    await association.release();
    expect(errors).toMatchObject([{ cause: new Error("database locked") }]);
  });

  it.each<[string, OpenOptions, (wire: Wire) => Buffer]>([
    ["nobody waits for", {}, (wire) => wire.request(1, fields, transaction(1))],
    [
      "comes on a context that was not accepted",
      { onEventReport: async () => 0 },
      (wire) => wire.request(7, fields, transaction(1)),
    ],
    [
      "comes in a flood",
      { onEventReport: () => new Promise(() => {}) },
      (wire) => Buffer.concat(Array.from({ length: 50 }, () => wire.request(1, fields, transaction(1)))),
    ],
  ])("that %s ends the association", async (_name, options, bytes) => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.send(bytes(wire));
      await wire.closed();
    });
    const association = await open(peer.port, options);
    expect(await association.closed).toMatchObject({ kind: "failed", error: { code: "protocol" } });
  });
});
