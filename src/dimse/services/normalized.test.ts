import { describe, expect, it } from "vitest";
import { startRawPeer, type Wire } from "../../../test/support/raw-peer.ts";
import { decodeDataSet } from "../../dicom/dicom.ts";
import { type Association, type OpenOptions, openAssociation } from "../dimse.ts";
import type { Message } from "../message-reader.ts";
import { explicitLittleEndian, implicitLittleEndian } from "../names.ts";
import { encodeReleaseResponse } from "../pdu-writer.ts";

const step = "1.2.840.10008.3.1.2.3.3";
const commitment = "1.2.840.10008.1.20.1";
const commitmentInstance = "1.2.840.10008.1.20.1.1";

function open(port: number, transferSyntax: string = explicitLittleEndian, options: OpenOptions = {}) {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  const contexts = [step, commitment].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [transferSyntax] }));
  return openAssociation(address, contexts, { deadlines: { releaseMs: 500 }, ...options });
}

/** Answers each request, and agrees to the release. */
function peerThat(answer: (wire: Wire, request: Message) => Buffer, seen: Message[] = []) {
  return startRawPeer(async (wire) => {
    await wire.accept();
    for (;;) {
      const request = await wire.message().catch(() => undefined);
      if (!request) break;
      seen.push(request);
      await wire.send(answer(wire, request));
    }
    await wire.send(encodeReleaseResponse());
  });
}

describe("N-CREATE, N-SET and N-ACTION", () => {
  it.each([
    ["explicit", explicitLittleEndian],
    ["implicit", implicitLittleEndian],
  ] as const)("say what PS3.7 10.3 asks for, in %s VR", async (encoding, transferSyntax) => {
    const seen: Message[] = [];
    await using peer = await peerThat((wire, request) => wire.answer(request, { status: 0 }), seen);
    const association = await open(peer.port, transferSyntax);
    const answers = [
      await association.nCreate(step, "1.2.3", { PerformedProcedureStepStatus: "IN PROGRESS" }),
      await association.nSet(step, "1.2.3", { PerformedProcedureStepStatus: "COMPLETED" }),
      await association.nAction(commitment, commitmentInstance, 1, { TransactionUID: "1.2.4" }),
    ];
    await association.release();
    expect(answers).toEqual([{ status: 0 }, { status: 0 }, { status: 0 }]);
    expect(seen.map(({ command }) => command)).toEqual([
      {
        ...{ affectedSopClassUid: step, affectedSopInstanceUid: "1.2.3" },
        ...{ commandField: 0x0140, messageId: 1, commandDataSetType: 1 },
      },
      {
        ...{ requestedSopClassUid: step, requestedSopInstanceUid: "1.2.3" },
        ...{ commandField: 0x0120, messageId: 2, commandDataSetType: 1 },
      },
      {
        ...{ requestedSopClassUid: commitment, requestedSopInstanceUid: commitmentInstance },
        ...{ commandField: 0x0130, messageId: 3, commandDataSetType: 1, actionTypeId: 1 },
      },
    ]);
    const dataSets = seen.map(({ dataSet }) => decodeDataSet(dataSet ?? Buffer.alloc(0), { transferSyntax: encoding }));
    expect(dataSets).toMatchObject([
      { PerformedProcedureStepStatus: "IN PROGRESS" },
      { PerformedProcedureStepStatus: "COMPLETED" },
      { TransactionUID: "1.2.4" },
    ]);
  });

  it("give the peer's status and words back, whatever they are, and go on", async () => {
    const statuses = [0x0111, 0x0110, 0x0112, 0x0107, 0x1234];
    await using peer = await peerThat((wire, request) => {
      const status = statuses[(request.command.messageId ?? 0) - 1] ?? 0;
      return wire.answer(request, { status, errorComment: "no", affectedSopInstanceUid: "1.2.3" }, Buffer.from("data"));
    });
    const association = await open(peer.port);
    for (const status of statuses) {
      const answer = await association.nSet(step, "1.2.3", { PatientID: "" });
      expect(answer).toEqual({ status, errorComment: "no", affectedSopInstanceUid: "1.2.3" });
    }
    await association.release();
  });

  it.each<[string, (wire: Wire, request: Message) => Buffer]>([
    [
      "about another instance",
      (wire, request) => wire.answer(request, { status: 0, affectedSopInstanceUid: "1.2.3.9" }),
    ],
    ["with another message ID", (wire, request) => wire.answer(request, { status: 0, messageIdBeingRespondedTo: 77 })],
    ["without a status", (wire, request) => wire.answer(request, {})],
    ["that is pending", (wire, request) => wire.answer(request, { status: 0xff00 })],
    ["to another operation", (wire, request) => wire.answer(request, { status: 0, commandField: 0x8001 })],
  ])("never take an answer %s for success", async (_name, answer) => {
    const operations: ((association: Association) => Promise<unknown>)[] = [
      (one) => one.nCreate(step, "1.2.3", { PatientID: "" }),
      (one) => one.nSet(step, "1.2.3", { PatientID: "" }),
      (one) => one.nAction(commitment, commitmentInstance, 1, { TransactionUID: "1.2.4" }),
    ];
    for (const operation of operations) {
      await using peer = await peerThat(answer);
      const association = await open(peer.port);
      await expect(operation(association)).rejects.toMatchObject({ code: "protocol" });
      expect(association.isOpen).toBe(false);
    }
  });

  it("to a peer that does not answer are a timeout", async () => {
    await using peer = await startRawPeer(async (wire) => {
      await wire.accept();
      await wire.closed();
    });
    const association = await open(peer.port, explicitLittleEndian, { deadlines: { responseMs: 50 } });
    await expect(association.nSet(step, "1.2.3", { PatientID: "" })).rejects.toMatchObject({ code: "timeout" });
  });

  it("refuse what cannot be sent before they send anything", async () => {
    const seen: Message[] = [];
    await using peer = await peerThat((wire, request) => wire.answer(request, { status: 0 }), seen);
    const association = await open(peer.port);
    const invalid = { code: "invalid-request" };
    await expect(association.nCreate(step, "1.2.a", { PatientID: "" })).rejects.toMatchObject(invalid);
    await expect(association.nCreate(step, "1.2.3", {})).rejects.toMatchObject(invalid);
    await expect(association.nCreate(step, "1.2.3", { Rows: "many" })).rejects.toMatchObject(invalid);
    const other = association.nCreate("1.2.840.10008.5.1.4.31", "1.2.3", { PatientID: "" });
    await expect(other).rejects.toMatchObject({ code: "context-refused" });
    expect((await association.nSet(step, "1.2.3", { PatientID: "" })).status).toBe(0);
    await association.release();
    expect(seen).toHaveLength(1);
  });
});
