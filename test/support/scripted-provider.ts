/** A provider of DIMSE-N services that does what the script says, one step for each request or association. */
import { type DataSet, decodeDataSet, encodeDataSet } from "../../src/dicom/dicom.ts";
import { commandField, encodeCommandSet, responseBit, withDataSet } from "../../src/dimse/command-set.ts";
import { type Message, MessageReader } from "../../src/dimse/message-reader.ts";
import { encodeAbort, encodeAssociateReject, encodeData, encodeReleaseResponse } from "../../src/dimse/pdu-writer.ts";
import { type RawPeer, startRawPeer, type Wire } from "./raw-peer.ts";

/** Instead of the association. */
export type AssociationStep = "reject-permanent" | "reject-transient" | "refuse-context" | "close";
/** Instead of an answer. */
export type SilentStep = "abort" | "reset" | "silence" | "wrong-message-id" | "wrong-instance";

export interface AnswerStep {
  readonly status: number;
  readonly errorComment?: string;
  /** Of a query: what is found. */
  readonly matches?: readonly DataSet[];
  /** Done after the answer, on the same association. */
  readonly after?: (talk: Talk) => Promise<void>;
  /** Done before the answer. */
  readonly first?: () => Promise<void>;
}

export type Step = AssociationStep | SilentStep | AnswerStep;

export interface TakenRequest {
  readonly field: number;
  readonly sopInstanceUid: string;
  readonly dataSet: DataSet;
}

/** What may be done on an association after an answer. */
export interface Talk {
  readonly request: TakenRequest;
  /** An N-EVENT-REPORT of storage commitment; gives the status that it is answered with. */
  report(eventTypeId: number, information: DataSet): Promise<number | undefined>;
}

export interface ScriptedProvider extends RawPeer {
  readonly requests: readonly TakenRequest[];
  readonly associations: number;
}

const explicit = { transferSyntax: "explicit" } as const;
const associationSteps: readonly unknown[] = ["reject-permanent", "reject-transient", "refuse-context", "close"];
const commitment = "1.2.840.10008.1.20.1";

/** After the script every request is answered with success. */
export async function startScriptedProvider(script: readonly Step[]): Promise<ScriptedProvider> {
  const steps = [...script];
  const requests: TakenRequest[] = [];
  let associations = 0;
  const peer = await startRawPeer(async (wire) => {
    associations += 1;
    const [next] = steps;
    if (associationSteps.includes(next)) {
      steps.shift();
      return turnAway(wire, next as AssociationStep);
    }
    const { contexts } = await wire.accept();
    for (;;) {
      const message = await nextMessage(wire);
      if (message === undefined) return;
      const { commandField: field = 0, affectedSopInstanceUid, requestedSopInstanceUid } = message.command;
      // What it would end has been answered already.
      if (field === commandField.cancel) continue;
      const request: TakenRequest = {
        field,
        sopInstanceUid: affectedSopInstanceUid ?? requestedSopInstanceUid ?? "",
        dataSet: decodeDataSet(message.dataSet ?? Buffer.alloc(0), explicit),
      };
      requests.push(request);
      const step = (steps.shift() ?? { status: 0 }) as SilentStep | AnswerStep;
      if (!(await answered(wire, message, request, step))) return;
      if (typeof step !== "string" && step.after !== undefined) {
        await step.after({ request, report: (type, data) => report(wire, contexts[0]?.id ?? 1, type, data) });
      }
    }
  });
  return Object.defineProperties(peer as ScriptedProvider, {
    requests: { get: () => requests },
    associations: { get: () => associations },
  });
}

async function turnAway(wire: Wire, step: AssociationStep): Promise<void> {
  if (step === "close") return void wire.reset();
  const request = await wire.pdu();
  if (request.type !== "associate-rq") throw new Error(`a PDU ${request.type} instead of a request`);
  if (step === "refuse-context") {
    const contexts = request.contexts.map(({ id }) => ({ id, result: 3, transferSyntax: "" }));
    await wire.send(wire.acceptance(request, contexts));
    await nextMessage(wire);
    return;
  }
  const isPermanent = step === "reject-permanent";
  await wire.send(
    encodeAssociateReject(isPermanent ? { result: 1, source: 1, reason: 7 } : { result: 2, source: 3, reason: 2 }),
  );
  await wire.closed();
}

/** The next message; undefined when the other side releases, aborts or closes. */
async function nextMessage(wire: Wire): Promise<Message | undefined> {
  const reader = new MessageReader();
  for (;;) {
    const pdu = await wire.pdu().catch(() => undefined);
    if (pdu?.type === "release-rq") await wire.send(encodeReleaseResponse());
    if (pdu?.type !== "p-data") return undefined;
    for (const pdv of pdu.pdvs) {
      const message = reader.push(pdv);
      if (message) return message;
    }
  }
}

/** False: the association is over. */
async function answered(
  wire: Wire,
  message: Message,
  request: TakenRequest,
  step: SilentStep | AnswerStep,
): Promise<boolean> {
  const about = { affectedSopInstanceUid: request.sopInstanceUid };
  switch (step) {
    case "abort":
      await wire.send(encodeAbort(2, 0));
      return false;
    case "reset":
      wire.reset();
      return false;
    case "silence":
      await wire.closed();
      return false;
    case "wrong-message-id": {
      const messageIdBeingRespondedTo = (message.command.messageId ?? 0) + 7;
      await wire.send(wire.answer(message, { ...about, status: 0, messageIdBeingRespondedTo }));
      await wire.closed();
      return false;
    }
    case "wrong-instance":
      await wire.send(wire.answer(message, { status: 0, affectedSopInstanceUid: "2.25.999" }));
      await wire.closed();
      return false;
    default: {
      await step.first?.();
      const { status, errorComment, matches = [] } = step;
      const pending = matches.map((match) => wire.answer(message, { status: 0xff00 }, encodeDataSet(match, explicit)));
      await wire.send(...pending);
      await wire.send(wire.answer(message, { ...about, status, ...(errorComment !== undefined && { errorComment }) }));
      return true;
    }
  }
}

async function report(
  wire: Wire,
  contextId: number,
  eventTypeId: number,
  information: DataSet,
): Promise<number | undefined> {
  const command = encodeCommandSet({
    affectedSopClassUid: commitment,
    commandField: commandField.eventReport,
    messageId: 77,
    commandDataSetType: withDataSet,
    affectedSopInstanceUid: `${commitment}.1`,
    eventTypeId,
  });
  await wire.send(
    encodeData(contextId, true, command, wire.maxPduBytes),
    encodeData(contextId, false, encodeDataSet(information, explicit), wire.maxPduBytes),
  );
  const answer = await nextMessage(wire);
  return answer?.command.commandField === (commandField.eventReport | responseBit) ? answer.command.status : undefined;
}
