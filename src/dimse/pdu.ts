/** The seven PDUs of PS3.8 9.3, as values. */

/** One proposed context: an odd id from 1 to 255 (PS3.8 9.3.2.2). */
export interface ProposedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** One answered context (PS3.8 9.3.3.2); the transfer syntax means something only when the result is 0. */
export interface AnsweredContext {
  readonly id: number;
  readonly result: number;
  readonly transferSyntax: string;
}

/**
 * SCP/SCU role selection, sub-item 54H (PS3.7 D.3.3.4): the roles that the requestor proposes for itself, or that the
 * acceptor grants it. Without one the requestor is SCU and the acceptor SCP.
 */
export interface RoleSelection {
  readonly sopClassUid: string;
  readonly isScu: boolean;
  readonly isScp: boolean;
}

/** PS3.8 D.1, PS3.7 D.3.3.2 and D.3.3.4; sub-items we do not know are skipped. */
export interface UserInformation {
  /** 0: no limit; undefined: not said. */
  readonly maxPduBytes: number | undefined;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
  readonly roles?: readonly RoleSelection[];
}

interface AssociateFields {
  readonly protocolVersion: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly applicationContext: string;
  readonly user: UserInformation;
}

export interface AssociateRequest extends AssociateFields {
  readonly type: "associate-rq";
  readonly contexts: readonly ProposedContext[];
}

export interface AssociateAccept extends AssociateFields {
  readonly type: "associate-ac";
  readonly contexts: readonly AnsweredContext[];
}

export interface AssociateReject {
  readonly type: "associate-rj";
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** A fragment of a command set or a data set (PS3.8 9.3.5.1 and Annex E). */
export interface Pdv {
  readonly contextId: number;
  readonly isCommand: boolean;
  readonly isLast: boolean;
  readonly fragment: Buffer;
}

export interface DataTransfer {
  readonly type: "p-data";
  readonly pdvs: readonly Pdv[];
}

export interface Abort {
  readonly type: "abort";
  readonly source: number;
  readonly reason: number;
}

export type Pdu =
  | AssociateRequest
  | AssociateAccept
  | AssociateReject
  | DataTransfer
  | { readonly type: "release-rq" }
  | { readonly type: "release-rp" }
  | Abort;

export const pduCode = {
  "associate-rq": 1,
  "associate-ac": 2,
  "associate-rj": 3,
  "p-data": 4,
  "release-rq": 5,
  "release-rp": 6,
  abort: 7,
} as const satisfies Record<Pdu["type"], number>;

/** Type, reserved byte and length of a PDU; a PDV's length, context id and control byte (PS3.8 9.3.1, 9.3.5.1). */
export const pduHeaderBytes = 6;
export const pdvHeaderBytes = 6;
export const lastFragmentBit = 2;
export const commandBit = 1;
