import { scopelineImplementation } from "../dicom/dicom.ts";
import { DimseError } from "./dimse-error.ts";
import { assumedMaxPduBytes, maxSentPduBytes, minPeerPduBytes } from "./limits.ts";
import { applicationContextName, requireUid } from "./names.ts";
import type {
  AnsweredContext,
  AssociateReject,
  AssociateRequest,
  ProposedContext,
  RoleSelection,
  UserInformation,
} from "./pdu.ts";
import { malformed } from "./pdu-reader.ts";
import { contextRefusal } from "./reasons.ts";

/**
 * What a requestor wants to speak. For C-STORE propose one per SOP class and transfer syntax: the acceptor picks one
 * transfer syntax per context, and only so all that it takes become known (PS3.8 7.1.1.13).
 */
export interface PresentationContext {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** What we want to be for this SOP class (PS3.7 D.3.3.4); by default SCU, which needs no saying. */
  readonly role?: "scp" | "scu-and-scp";
}

/** A context as both sides see it after negotiation; `refusal` says in words why it cannot be used. */
export interface NegotiatedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
  readonly refusal: string | undefined;
  /** We had asked for the SCP role, and the peer granted it. */
  readonly isScp: boolean;
}

/** Gives each context its odd id. Throws DimseError `invalid-request`: PS3.8 has room for 128. */
export function proposeContexts(contexts: readonly PresentationContext[]): ProposedContext[] {
  if (contexts.length < 1 || contexts.length > 128) {
    throw new DimseError(
      "invalid-request",
      `An association has 1 to 128 presentation contexts, not ${contexts.length}.`,
    );
  }
  return contexts.map(({ abstractSyntax, transferSyntaxes }, index) => {
    requireUid(abstractSyntax, "An abstract syntax");
    for (const uid of transferSyntaxes) requireUid(uid, "A transfer syntax");
    if (transferSyntaxes.length === 0) {
      throw new DimseError("invalid-request", `No transfer syntax was given for ${abstractSyntax}.`);
    }
    return { id: index * 2 + 1, abstractSyntax, transferSyntaxes };
  });
}

/** The roles to propose, once for each SOP class. */
export function proposeRoles(contexts: readonly PresentationContext[]): RoleSelection[] {
  const roles = new Map<string, RoleSelection>();
  for (const { abstractSyntax, role } of contexts) {
    if (role === undefined) continue;
    const before = roles.get(abstractSyntax);
    const isScu = role === "scu-and-scp" || before?.isScu === true;
    roles.set(abstractSyntax, { sopClassUid: abstractSyntax, isScu, isScp: true });
  }
  return [...roles.values()];
}

/** Only an accepted context with a transfer syntax that we had proposed is usable: all else is refused. */
export function negotiated(
  proposed: readonly ProposedContext[],
  answered: readonly AnsweredContext[],
  roles: { readonly proposed: readonly RoleSelection[]; readonly granted: readonly RoleSelection[] },
): NegotiatedContext[] {
  const answers = new Map(answered.map((context) => [context.id, context]));
  const isIn = (list: readonly RoleSelection[], uid: string): boolean =>
    list.some((role) => role.sopClassUid === uid && role.isScp);
  return proposed.map(({ id, abstractSyntax, transferSyntaxes }) => {
    const answer = answers.get(id);
    const transferSyntax = answer?.transferSyntax ?? "";
    const refusal =
      answer === undefined
        ? "the peer did not answer it"
        : answer.result !== 0
          ? contextRefusal(answer.result)
          : transferSyntaxes.includes(transferSyntax)
            ? undefined
            : "the peer chose a transfer syntax that was not proposed";
    const isScp = isIn(roles.proposed, abstractSyntax) && isIn(roles.granted, abstractSyntax);
    return { id, abstractSyntax, transferSyntax, refusal, isScp };
  });
}

/** What we say about ourselves, in a request and in an answer (PS3.8 D.1, PS3.7 D.3.3.2 and D.3.3.4). */
export function ourUserInformation(maxPduBytes: number, roles: readonly RoleSelection[]): UserInformation {
  const { classUid, versionName } = scopelineImplementation;
  return { maxPduBytes, implementationClassUid: classUid, implementationVersionName: versionName, roles };
}

/** The longest PDU we send to a peer that says it takes so much; 0 is no limit (PS3.8 D.1.1). */
export function sendablePduBytes(peerMaxPduBytes: number | undefined): number {
  const peer = peerMaxPduBytes ?? assumedMaxPduBytes;
  if (peer === 0) return maxSentPduBytes;
  if (peer < minPeerPduBytes) throw malformed(`it takes PDUs of ${peer} bytes at most, too few for any data`);
  return Math.min(peer, maxSentPduBytes);
}

/** What an acceptor offers: the transfer syntaxes of each abstract syntax, the preferred one first. */
export type Offer = ReadonlyMap<string, readonly string[]>;

/** PS3.8 9.3.3.2: our order of preference decides, since we know what we read best. */
export function answerContexts(proposed: readonly ProposedContext[], offer: Offer): AnsweredContext[] {
  return proposed.map(({ id, abstractSyntax, transferSyntaxes }) => {
    const offered = offer.get(abstractSyntax);
    const transferSyntax = offered?.find((uid) => transferSyntaxes.includes(uid));
    if (transferSyntax !== undefined) return { id, result: 0, transferSyntax };
    return { id, result: offered === undefined ? 3 : 4, transferSyntax: "" };
  });
}

/**
 * The roles we grant a caller, of those it proposes (PS3.7 D.3.3.4): where we are SCP it is SCU, and the other way round.
 * `ourRoles`: by SOP class; a caller that proposes nothing is not answered, and is taken as if it had.
 */
export function grantRoles(
  proposed: readonly RoleSelection[],
  ourRoles: ReadonlyMap<string, "scu" | "scp">,
): RoleSelection[] {
  return proposed.flatMap(({ sopClassUid, isScu, isScp }) => {
    const ours = ourRoles.get(sopClassUid);
    if (ours === undefined) return [];
    return [{ sopClassUid, isScu: isScu && ours === "scp", isScp: isScp && ours === "scu" }];
  });
}

export interface AdmissionRules {
  readonly aeTitle: string;
  /** Calling AE titles that may come in; `"any"`: all. */
  readonly callers: "any" | readonly string[];
  readonly isFull: boolean;
}

/** Why a request is turned away, as PS3.8 Table 9-21 says it; undefined: it may come in. */
export function refusal(request: AssociateRequest, rules: AdmissionRules): AssociateReject | undefined {
  const reject = (result: number, source: number, reason: number): AssociateReject => ({
    type: "associate-rj",
    result,
    source,
    reason,
  });
  if ((request.protocolVersion & 1) === 0) return reject(1, 2, 2);
  if (request.applicationContext !== applicationContextName) return reject(1, 1, 2);
  if (request.calledAeTitle !== rules.aeTitle) return reject(1, 1, 7);
  if (rules.callers !== "any" && !rules.callers.includes(request.callingAeTitle)) return reject(1, 1, 3);
  if (rules.isFull) return reject(2, 3, 2);
  return undefined;
}
