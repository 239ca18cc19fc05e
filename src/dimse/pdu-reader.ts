import { strip } from "../lib/strip.ts";
import { DimseError } from "./dimse-error.ts";
import {
  type AnsweredContext,
  commandBit,
  lastFragmentBit,
  type Pdu,
  type Pdv,
  type ProposedContext,
  pduCode,
  type RoleSelection,
  type UserInformation,
} from "./pdu.ts";

/**
 * Reads the body of one PDU (without its six byte header) of the given type code. Fragments of P-DATA-TF are
 * views into `body`. Throws DimseError `protocol` for whatever PS3.8 9.3 does not allow.
 */
export function decodePdu(code: number, body: Buffer): Pdu {
  switch (code) {
    case pduCode["associate-rq"]:
      return { type: "associate-rq", ...associate(body, proposedContexts) };
    case pduCode["associate-ac"]:
      return { type: "associate-ac", ...associate(body, answeredContexts) };
    case pduCode["associate-rj"]:
      return { type: "associate-rj", result: byte(body, 1), source: byte(body, 2), reason: byte(body, 3) };
    case pduCode["p-data"]:
      return { type: "p-data", pdvs: pdvs(body) };
    case pduCode["release-rq"]:
      return { type: "release-rq" };
    case pduCode["release-rp"]:
      return { type: "release-rp" };
    case pduCode.abort:
      return { type: "abort", source: byte(body, 2), reason: byte(body, 3) };
    default:
      throw malformed(`PDU type ${code} does not exist`);
  }
}

export function malformed(what: string): DimseError {
  return new DimseError("protocol", `The peer broke the DICOM protocol: ${what}.`);
}

function pdvs(body: Buffer): Pdv[] {
  const found: Pdv[] = [];
  let at = 0;
  while (at < body.length) {
    if (at + 6 > body.length) throw malformed("a PDV header is cut off");
    const length = body.readUInt32BE(at);
    const end = at + 4 + length;
    if (length < 2 || end > body.length) throw malformed("a PDV is longer than its PDU");
    const control = byte(body, at + 5);
    found.push({
      contextId: byte(body, at + 4),
      isCommand: (control & commandBit) !== 0,
      isLast: (control & lastFragmentBit) !== 0,
      fragment: body.subarray(at + 6, end),
    });
    at = end;
  }
  return found;
}

interface Item {
  readonly code: number;
  readonly body: Buffer;
}

/** Items and sub-items share one shape: code, reserved, 16 bit length (PS3.8 9.3.2.1 and on). */
function* items(body: Buffer): Generator<Item> {
  let at = 0;
  while (at < body.length) {
    if (at + 4 > body.length) throw malformed("an item header is cut off");
    const end = at + 4 + body.readUInt16BE(at + 2);
    if (end > body.length) throw malformed("an item is longer than what holds it");
    yield { code: byte(body, at), body: body.subarray(at + 4, end) };
    at = end;
  }
}

interface Associate<Context> {
  protocolVersion: number;
  calledAeTitle: string;
  callingAeTitle: string;
  applicationContext: string;
  contexts: Context[];
  user: UserInformation;
}

function associate<Context>(body: Buffer, contextsOf: (found: readonly Item[]) => Context[]): Associate<Context> {
  if (body.length < 68) throw malformed("an A-ASSOCIATE PDU is too short");
  const found = [...items(body.subarray(68))];
  return {
    protocolVersion: body.readUInt16BE(0),
    calledAeTitle: text(body.subarray(4, 20)),
    callingAeTitle: text(body.subarray(20, 36)),
    applicationContext: text(found.find((item) => item.code === 0x10)?.body),
    contexts: contextsOf(found),
    user: userInformation(found.find((item) => item.code === 0x50)?.body),
  };
}

function proposedContexts(found: readonly Item[]): ProposedContext[] {
  const contexts = found
    .filter((item) => item.code === 0x20)
    .map((item): ProposedContext => {
      const { id, inner } = contextBody(item);
      return {
        id,
        abstractSyntax: text(inner.find((sub) => sub.code === 0x30)?.body),
        transferSyntaxes: inner.filter((sub) => sub.code === 0x40).map((sub) => text(sub.body)),
      };
    });
  return unique(contexts);
}

function answeredContexts(found: readonly Item[]): AnsweredContext[] {
  const contexts = found
    .filter((item) => item.code === 0x21)
    .map((item): AnsweredContext => {
      const { id, inner } = contextBody(item);
      const transferSyntax = text(inner.find((sub) => sub.code === 0x40)?.body);
      return { id, result: byte(item.body, 2), transferSyntax };
    });
  return unique(contexts);
}

function contextBody(item: Item): { id: number; inner: Item[] } {
  if (item.body.length < 4) throw malformed("a presentation context is too short");
  const id = byte(item.body, 0);
  if (id % 2 === 0) throw malformed(`presentation context id ${id} is not odd`);
  return { id, inner: [...items(item.body.subarray(4))] };
}

function unique<Context extends { readonly id: number }>(contexts: Context[]): Context[] {
  if (new Set(contexts.map((context) => context.id)).size !== contexts.length) {
    throw malformed("a presentation context id is used twice");
  }
  return contexts;
}

function userInformation(body: Buffer | undefined): UserInformation {
  let maxPduBytes: number | undefined;
  let implementationClassUid = "";
  let implementationVersionName = "";
  const roles: RoleSelection[] = [];
  for (const item of body === undefined ? [] : items(body)) {
    if (item.code === 0x51) {
      if (item.body.length !== 4) throw malformed("the maximum length sub-item is not 4 bytes");
      maxPduBytes = item.body.readUInt32BE(0);
    } else if (item.code === 0x52) implementationClassUid = text(item.body);
    else if (item.code === 0x55) implementationVersionName = text(item.body);
    else if (item.code === 0x54) roles.push(roleSelection(item.body));
  }
  return { maxPduBytes, implementationClassUid, implementationVersionName, ...(roles.length > 0 && { roles }) };
}

/** PS3.7 Table D.3-9: the UID with its own length, then one byte for each role. */
function roleSelection(body: Buffer): RoleSelection {
  const uidBytes = body.length < 2 ? 0 : body.readUInt16BE(0);
  if (body.length !== uidBytes + 4) throw malformed("a role selection sub-item has the wrong length");
  return {
    sopClassUid: text(body.subarray(2, 2 + uidBytes)),
    isScu: byte(body, 2 + uidBytes) === 1,
    isScp: byte(body, 3 + uidBytes) === 1,
  };
}

/** Leading and trailing spaces and NULs are padding, in AE titles and in UIDs. */
function text(bytes: Buffer | undefined): string {
  return strip(bytes?.toString("latin1") ?? "", " \0", "both");
}

function byte(bytes: Buffer, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw malformed("a PDU is too short");
  return value;
}
