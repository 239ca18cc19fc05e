import { applicationContextName } from "./names.ts";
import {
  type AnsweredContext,
  type AssociateAccept,
  type AssociateReject,
  type AssociateRequest,
  commandBit,
  lastFragmentBit,
  type ProposedContext,
  pduCode,
  pduHeaderBytes,
  pdvHeaderBytes,
  type RoleSelection,
  type UserInformation,
} from "./pdu.ts";

/** PS3.8 9.3.2. */
export function encodeAssociateRequest(request: Omit<AssociateRequest, "type" | "protocolVersion">): Buffer {
  const contexts = request.contexts.map((context) => proposedContextItem(context));
  return pdu(pduCode["associate-rq"], [associateHead(request), ...contexts, userInformationItem(request.user)]);
}

/** PS3.8 9.3.3; the AE titles are those of the request, sent back as they came. */
export function encodeAssociateAccept(accept: Omit<AssociateAccept, "type" | "protocolVersion">): Buffer {
  const contexts = accept.contexts.map((context) => answeredContextItem(context));
  return pdu(pduCode["associate-ac"], [associateHead(accept), ...contexts, userInformationItem(accept.user)]);
}

/** PS3.8 9.3.4. */
export function encodeAssociateReject(reject: Omit<AssociateReject, "type">): Buffer {
  return pdu(pduCode["associate-rj"], [Buffer.from([0, reject.result, reject.source, reject.reason])]);
}

/** PS3.8 9.3.6. */
export const encodeReleaseRequest = (): Buffer => pdu(pduCode["release-rq"], [Buffer.alloc(4)]);
/** PS3.8 9.3.7. */
export const encodeReleaseResponse = (): Buffer => pdu(pduCode["release-rp"], [Buffer.alloc(4)]);
/** PS3.8 9.3.8. */
export const encodeAbort = (source: number, reason: number): Buffer =>
  pdu(pduCode.abort, [Buffer.from([0, 0, source, reason])]);

/** The longest fragment that fits into a PDU of this size; even, as PS3.8 9.3.5.1 and every reader want it. */
export function maxFragmentBytes(maxPduBytes: number): number {
  return (maxPduBytes - pdvHeaderBytes) & ~1;
}

/** The twelve bytes before a fragment, when a P-DATA-TF carries one PDV (PS3.8 9.3.5). */
export function writeDataHeader(
  into: Buffer,
  at: number,
  pdv: { contextId: number; isCommand: boolean; isLast: boolean; fragmentBytes: number },
): void {
  into[at] = pduCode["p-data"];
  into[at + 1] = 0;
  into.writeUInt32BE(pdv.fragmentBytes + pdvHeaderBytes, at + 2);
  into.writeUInt32BE(pdv.fragmentBytes + 2, at + pduHeaderBytes);
  into[at + pduHeaderBytes + 4] = pdv.contextId;
  into[at + pduHeaderBytes + 5] = (pdv.isCommand ? commandBit : 0) | (pdv.isLast ? lastFragmentBit : 0);
}

/** A whole command set or a small data set as P-DATA-TF PDUs one after the other. */
export function encodeData(contextId: number, isCommand: boolean, bytes: Buffer, maxPduBytes: number): Buffer {
  const fragmentMax = maxFragmentBytes(maxPduBytes);
  const count = Math.max(1, Math.ceil(bytes.length / fragmentMax));
  const out = Buffer.allocUnsafe(bytes.length + count * (pduHeaderBytes + pdvHeaderBytes));
  let at = 0;
  for (let index = 0; index < count; index++) {
    const start = index * fragmentMax;
    const fragmentBytes = Math.min(fragmentMax, bytes.length - start);
    writeDataHeader(out, at, { contextId, isCommand, isLast: index === count - 1, fragmentBytes });
    bytes.copy(out, at + pduHeaderBytes + pdvHeaderBytes, start, start + fragmentBytes);
    at += pduHeaderBytes + pdvHeaderBytes + fragmentBytes;
  }
  return out;
}

function pdu(code: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(pduHeaderBytes);
  head[0] = code;
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function associateHead(fields: { calledAeTitle: string; callingAeTitle: string }): Buffer {
  const head = Buffer.alloc(68);
  head.writeUInt16BE(1, 0);
  head.write(fields.calledAeTitle.padEnd(16).slice(0, 16), 4, "latin1");
  head.write(fields.callingAeTitle.padEnd(16).slice(0, 16), 20, "latin1");
  return Buffer.concat([head, item(0x10, [Buffer.from(applicationContextName, "latin1")])]);
}

function proposedContextItem(context: ProposedContext): Buffer {
  const syntaxes = context.transferSyntaxes.map((uid) => item(0x40, [Buffer.from(uid, "latin1")]));
  const abstract = item(0x30, [Buffer.from(context.abstractSyntax, "latin1")]);
  return item(0x20, [Buffer.from([context.id, 0, 0, 0]), abstract, ...syntaxes]);
}

function answeredContextItem(context: AnsweredContext): Buffer {
  const syntax = item(0x40, [Buffer.from(context.transferSyntax, "latin1")]);
  return item(0x21, [Buffer.from([context.id, 0, context.result, 0]), syntax]);
}

function userInformationItem(user: UserInformation): Buffer {
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(user.maxPduBytes ?? 0);
  return item(0x50, [
    item(0x51, [maximum]),
    item(0x52, [Buffer.from(user.implementationClassUid, "latin1")]),
    // In the order of their codes, as some readers expect them.
    ...(user.roles ?? []).map(roleItem),
    item(0x55, [Buffer.from(user.implementationVersionName, "latin1")]),
  ]);
}

/** PS3.7 Table D.3-9. */
function roleItem({ sopClassUid, isScu, isScp }: RoleSelection): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(sopClassUid.length);
  return item(0x54, [length, Buffer.from(sopClassUid, "latin1"), Buffer.of(isScu ? 1 : 0, isScp ? 1 : 0)]);
}

function item(code: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head[0] = code;
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}
