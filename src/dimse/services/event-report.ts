import { type DataSet, decodeDataSet, serviceClasses } from "../../dicom/dicom.ts";
import type { AcceptorService, Caller, PeerRequest } from "../acceptor-service.ts";
import { commandField } from "../command-set.ts";
import { explicitLittleEndian, implicitLittleEndian } from "../names.ts";

/** A notification of the peer (PS3.7 10.1.1); of storage commitment: PS3.4 J.3.3. */
export interface EventReport {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly eventTypeId: number;
  readonly information: DataSet;
  /** Who reports. On an association that we opened: the AE title and the host that we called. */
  readonly caller: Caller;
}

/** The status to answer: 0, or one of PS3.7 10.1.1.1.8. What it throws is answered with 0110. */
export type EventReportHandler = (report: EventReport) => Promise<number>;

/** PS3.7 Annex C: no such event type, invalid argument value. */
const noSuchEventType = 0x0113;
const invalidArgument = 0x0115;

/**
 * N-EVENT-REPORT of Storage Commitment Push Model, in which we are the SCU. A caller should propose the SCP role for
 * itself (PS3.4 J.3.3.1.3); many do not, and are heard all the same.
 */
export function eventReportService(handler: EventReportHandler): AcceptorService {
  return {
    abstractSyntaxes: [serviceClasses.storageCommitmentPush],
    transferSyntaxes: [explicitLittleEndian, implicitLittleEndian],
    requestField: commandField.eventReport,
    role: "scu",
    async respond(request) {
      const { command } = request.message;
      const sopClassUid = command.affectedSopClassUid ?? request.abstractSyntax;
      const sopInstanceUid = command.affectedSopInstanceUid ?? "";
      const answer = { affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid };
      const { eventTypeId } = command;
      if (eventTypeId === undefined) return { ...answer, status: noSuchEventType };
      const information = readable(request);
      if (information === undefined) return { ...answer, status: invalidArgument, eventTypeId };
      const { caller } = request;
      const status = await handler({ sopClassUid, sopInstanceUid, eventTypeId, information, caller });
      return { ...answer, status, eventTypeId };
    },
  };
}

function readable({ message, transferSyntax }: PeerRequest): DataSet | undefined {
  if (message.dataSet === undefined) return undefined;
  try {
    return decodeDataSet(message.dataSet, {
      transferSyntax: transferSyntax === explicitLittleEndian ? "explicit" : "implicit",
    });
  } catch {
    return undefined;
  }
}
