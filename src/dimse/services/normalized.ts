import { type DataSet, encodeDataSet } from "../../dicom/dicom.ts";
import { type CommandSet, commandField } from "../command-set.ts";
import { asDimseError, DimseError } from "../dimse-error.ts";
import type { Channel } from "../exchange.ts";
import { explicitLittleEndian, implicitLittleEndian, requireUid } from "../names.ts";
import { malformed } from "../pdu-reader.ts";

/** What the peer says to N-CREATE, N-SET or N-ACTION (PS3.7 10.1); only status 0 or a warning is success. */
export interface NResponse {
  readonly status: number;
  readonly errorComment?: string;
  readonly affectedSopInstanceUid?: string;
}

/** N-CREATE under a UID of ours (PS3.7 10.1.5). */
export function nCreate(channel: Channel, sopClassUid: string, sopInstanceUid: string, attributes: DataSet) {
  const fields = { affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid };
  return operate(channel, { field: commandField.create, fields, sopClassUid, sopInstanceUid, dataSet: attributes });
}

/** N-SET (PS3.7 10.1.3). */
export function nSet(channel: Channel, sopClassUid: string, sopInstanceUid: string, modifications: DataSet) {
  const fields = { requestedSopClassUid: sopClassUid, requestedSopInstanceUid: sopInstanceUid };
  return operate(channel, { field: commandField.set, fields, sopClassUid, sopInstanceUid, dataSet: modifications });
}

/** N-ACTION (PS3.7 10.1.4). */
export function nAction(
  channel: Channel,
  sopClassUid: string,
  sopInstanceUid: string,
  actionTypeId: number,
  information: DataSet,
) {
  const fields = { requestedSopClassUid: sopClassUid, requestedSopInstanceUid: sopInstanceUid, actionTypeId };
  return operate(channel, { field: commandField.action, fields, sopClassUid, sopInstanceUid, dataSet: information });
}

interface Operation {
  readonly field: number;
  readonly fields: CommandSet;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly dataSet: DataSet;
}

async function operate(channel: Channel, operation: Operation): Promise<NResponse> {
  const { field, fields, sopClassUid, sopInstanceUid, dataSet } = operation;
  requireUid(sopClassUid, "The SOP class");
  requireUid(sopInstanceUid, "The SOP instance UID");
  const exchange = channel.begin(field, sopClassUid, [explicitLittleEndian, implicitLittleEndian]);
  try {
    const isExplicit = exchange.context.transferSyntax === explicitLittleEndian;
    const bytes = encoded(dataSet, isExplicit ? "explicit" : "implicit");
    await exchange.send({ ...fields, commandField: field, messageId: exchange.messageId }, bytes);
    const { command } = await exchange.next();
    const { status, errorComment, affectedSopInstanceUid } = command;
    if (affectedSopInstanceUid !== undefined && affectedSopInstanceUid !== sopInstanceUid) {
      // It cannot be believed about anything else either.
      const error = malformed("an answer is about another SOP instance");
      exchange.abort(error);
      throw error;
    }
    return {
      status,
      ...(errorComment !== undefined && { errorComment }),
      ...(affectedSopInstanceUid !== undefined && { affectedSopInstanceUid }),
    };
  } finally {
    exchange.over();
  }
}

function encoded(dataSet: DataSet, transferSyntax: "explicit" | "implicit"): Buffer {
  try {
    const bytes = encodeDataSet(dataSet, { transferSyntax });
    if (bytes.length > 0) return bytes;
  } catch (cause) {
    throw asDimseError(cause, "invalid-request", "The attributes to send are not valid DICOM.");
  }
  throw new DimseError("invalid-request", "There are no attributes to send.");
}
