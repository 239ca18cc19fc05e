/** Whole, valid conversations as bytes, one for each thing that a peer may say to us: what mutations begin with. */
import { encodeDataSet } from "../../src/dicom/dicom.ts";
import { type CommandSet, encodeCommandSet, noDataSet, withDataSet } from "../../src/dimse/command-set.ts";
import {
  encodeAbort,
  encodeAssociateAccept,
  encodeAssociateReject,
  encodeAssociateRequest,
  encodeData,
  encodeReleaseRequest,
  encodeReleaseResponse,
} from "../../src/dimse/pdu-writer.ts";

const implicit = "1.2.840.10008.1.2";
const verification = "1.2.840.10008.1.1";
export const worklist = "1.2.840.10008.5.1.4.31";
export const capture = "1.2.840.10008.5.1.4.1.1.7";
export const commitment = "1.2.840.10008.1.20.1";
export const commitmentInstance = "1.2.840.10008.1.20.1.1";

/** In this order their ids are 1, 3, 5 and 7. */
export const contexts = [verification, worklist, capture, commitment].map((abstractSyntax) => ({
  abstractSyntax,
  transferSyntaxes: [implicit],
}));

const fields = {
  calledAeTitle: "SCOPELINE",
  callingAeTitle: "ARCHIVE",
  applicationContext: "1.2.840.10008.3.1.1.1",
  user: {
    ...{ maxPduBytes: 16_384, implementationClassUid: "1.2.3", implementationVersionName: "RAW" },
    roles: [{ sopClassUid: commitment, isScu: false, isScp: true }],
  },
};
const proposed = contexts.map((context, index) => ({ id: index * 2 + 1, ...context }));
const request = encodeAssociateRequest({ ...fields, contexts: proposed });

export const acceptance = encodeAssociateAccept({
  ...fields,
  contexts: proposed.map(({ id }) => ({ id, result: 0, transferSyntax: implicit })),
});

function message(contextId: number, command: CommandSet, dataSet?: Buffer): Buffer {
  const complete = { messageId: 1, ...command, commandDataSetType: dataSet ? withDataSet : noDataSet };
  const head = encodeData(contextId, true, encodeCommandSet(complete), 16_384);
  return dataSet ? Buffer.concat([head, encodeData(contextId, false, dataSet, 16_384)]) : head;
}

const echo = message(1, { affectedSopClassUid: verification, commandField: 0x30 });
const report = message(
  7,
  {
    ...{ affectedSopClassUid: commitment, affectedSopInstanceUid: commitmentInstance },
    ...{ commandField: 0x0100, eventTypeId: 2 },
  },
  encodeDataSet(
    {
      TransactionUID: "1.2.4",
      ReferencedSOPSequence: [{ ReferencedSOPClassUID: capture, ReferencedSOPInstanceUID: "1.2.3" }],
      FailedSOPSequence: [{ ReferencedSOPClassUID: capture, ReferencedSOPInstanceUID: "1.2.5", FailureReason: 0x0112 }],
    },
    { transferSyntax: "implicit" },
  ),
);

/** What a caller may send from its first byte on. */
export const callerStreams: readonly Buffer[] = [
  Buffer.concat([request, echo, encodeReleaseRequest()]),
  Buffer.concat([request, report, encodeReleaseRequest()]),
  Buffer.concat([request, report, echo, report, encodeAbort(0, 0)]),
];

const answer = (contextId: number, field: number, more: CommandSet = {}, dataSet?: Buffer): Buffer =>
  message(contextId, { commandField: field | 0x8000, messageIdBeingRespondedTo: 1, status: 0, ...more }, dataSet);
const item = encodeDataSet({ PatientID: "P1", PatientName: "Test^Mutation" }, { transferSyntax: "implicit" });
const pending = answer(3, 0x20, { status: 0xff00 }, item);
export const releaseAgreed = encodeReleaseResponse();

/** What a peer may answer to each request of ours, after `acceptance`. */
export const answers = {
  echo: answer(1, 0x30),
  find: Buffer.concat([pending, pending, answer(3, 0x20)]),
  store: answer(5, 0x01, { affectedSopInstanceUid: "1.2.3" }),
  action: Buffer.concat([report, answer(7, 0x0130, { affectedSopInstanceUid: commitmentInstance }), report]),
  create: Buffer.concat([answer(7, 0x0140, { affectedSopInstanceUid: "1.2.3" }, item), encodeAbort(2, 1)]),
} as const;

/** What it may say instead of accepting. */
export const refusals: readonly Buffer[] = [
  encodeAssociateReject({ result: 2, source: 3, reason: 2 }),
  encodeAssociateReject({ result: 1, source: 1, reason: 7 }),
  encodeAbort(2, 1),
];
