import type { TlsIdentity } from "../lib/tls-files.ts";
import type { AcceptorService, Caller } from "./acceptor-service.ts";
import { Association } from "./association.ts";
import { cancelled, connect } from "./connect.ts";
import { asDimseError, DimseError } from "./dimse-error.ts";
import { type Deadlines, defaultDeadlines, defaultMaxPduBytes } from "./limits.ts";
import { applicationContextName, requireAeTitle } from "./names.ts";
import {
  negotiated,
  ourUserInformation,
  type PresentationContext,
  proposeContexts,
  proposeRoles,
} from "./negotiate.ts";
import type { AssociateAccept, Pdu, ProposedContext, RoleSelection } from "./pdu.ts";
import { malformed } from "./pdu-reader.ts";
import { encodeAssociateRequest } from "./pdu-writer.ts";
import { abortedByPeer, abortUnexpectedPdu, rejection } from "./reasons.ts";
import { type EventReportHandler, eventReportService } from "./services/event-report.ts";
import { UpperLayer } from "./upper-layer.ts";

export interface RemoteAddress {
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
}

export interface OpenOptions {
  readonly deadlines?: Partial<Deadlines>;
  /** The longest PDU we take, by default 131072. */
  readonly maxPduBytes?: number;
  /** Aborts the association at any time of its life. */
  readonly signal?: AbortSignal;
  /** Over TLS. Asked for once for each association, so that new certificate files count from the next one on. */
  readonly tls?: () => TlsIdentity;
  /**
   * Answers N-EVENT-REPORTs of storage commitment on this association, whatever else is under way on it. Propose Storage
   * Commitment Push Model among the contexts, and keep the association open for as long as a report may come.
   */
  readonly onEventReport?: EventReportHandler;
  /** `onEventReport` has thrown, or its answer could not be sent; the association goes on or has ended otherwise. */
  readonly onError?: (error: DimseError) => void;
}

/**
 * Connects and negotiates (PS3.8 7.1). Throws DimseError: `connect-failed`, `connect-timeout`, `tls`, `rejected-permanent`,
 * `rejected-transient`, `context-refused` when the peer accepts none of the contexts, and whatever may end an
 * association. A context which is refused while others are accepted is told by `accepts` and by each request.
 */
export async function openAssociation(
  address: RemoteAddress,
  contexts: readonly PresentationContext[],
  options: OpenOptions = {},
): Promise<Association> {
  requireAeTitle(address.calledAeTitle, "The AE title of the peer");
  requireAeTitle(address.callingAeTitle, "Our AE title");
  const proposed = proposeContexts(contexts);
  const roles = proposeRoles(contexts);
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const { signal, tls, maxPduBytes = defaultMaxPduBytes } = options;
  const { host, port } = address;
  const socket = await connect({ host, port, tls, connectMs: deadlines.connectMs, signal });
  const negotiation = new Negotiation({
    proposed,
    roles,
    deadlines,
    isTls: tls !== undefined,
    services: options.onEventReport ? [eventReportService(options.onEventReport)] : [],
    caller: { callingAeTitle: address.calledAeTitle, remoteAddress: host },
    onError: options.onError ?? (() => {}),
  });
  const layer = new UpperLayer(socket, negotiation, { deadlines, maxPduBytes });
  const onAbort = (): void => layer.abort(cancelled());
  if (signal) {
    signal.addEventListener("abort", onAbort);
    layer.closed.then(() => signal.removeEventListener("abort", onAbort));
  }
  layer.start();
  if (signal?.aborted) onAbort();
  const request = encodeAssociateRequest({
    calledAeTitle: address.calledAeTitle,
    callingAeTitle: address.callingAeTitle,
    applicationContext: applicationContextName,
    contexts: proposed,
    user: ourUserInformation(maxPduBytes, roles),
  });
  const association = await negotiation.run(layer, request);
  if (negotiation.refusals === undefined) return association;
  await association.release().catch(() => {});
  throw new DimseError(
    "context-refused",
    `The peer accepted none of the presentation contexts: ${negotiation.refusals}.`,
  );
}

interface NegotiationOptions {
  readonly isTls: boolean;
  readonly proposed: readonly ProposedContext[];
  readonly roles: readonly RoleSelection[];
  readonly deadlines: Deadlines;
  readonly services: readonly AcceptorService[];
  readonly caller: Caller;
  readonly onError: (error: DimseError) => void;
}

/** From A-ASSOCIATE-RQ to its answer (PS3.8 9.2, Sta5). */
class Negotiation {
  readonly #options: NegotiationOptions;
  readonly #outcome = Promise.withResolvers<Association>();
  #layer: UpperLayer | undefined;
  /** In words, when no context at all was accepted. */
  refusals: string | undefined;

  constructor(options: NegotiationOptions) {
    this.#options = options;
  }

  async run(layer: UpperLayer, request: Buffer): Promise<Association> {
    this.#layer = layer;
    const { associationMs } = this.#options.deadlines;
    const timer = setTimeout(() => {
      layer.abort(new DimseError("timeout", `The peer did not answer the association request in ${associationMs} ms.`));
    }, associationMs);
    layer.write([request]).catch((reason: unknown) => {
      this.#outcome.reject(asDimseError(reason, "closed-by-peer", "The association request could not be sent."));
    });
    try {
      return await this.#outcome.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  onPdu(pdu: Pdu): void {
    const layer = this.#layer;
    if (!layer) return;
    if (pdu.type === "associate-ac") this.#onAccept(layer, pdu);
    else if (pdu.type === "associate-rj") layer.drop(rejection(pdu.result, pdu.source, pdu.reason));
    else if (pdu.type === "abort") layer.drop(abortedByPeer(pdu.source, pdu.reason));
    else layer.abort(malformed(`a PDU ${pdu.type} came in answer to the association request`), abortUnexpectedPdu);
  }

  onEnd(error: DimseError | undefined): void {
    this.#outcome.reject(error ? (this.#options.isTls ? inTlsWords(error) : error) : cancelled());
  }

  /** The listener changes within this call: the peer's next PDU may lie in the same packet. */
  #onAccept(layer: UpperLayer, accept: AssociateAccept): void {
    const { proposed, roles, isTls: _, ...rest } = this.#options;
    const contexts = negotiated(proposed, accept.contexts, { proposed: roles, granted: accept.user.roles ?? [] });
    const association = new Association(layer, { ...rest, contexts, accepted: accept });
    if (contexts.every((context) => context.refusal !== undefined)) {
      this.refusals = [...new Set(contexts.map((context) => context.refusal))].join("; ");
    }
    layer.setListener(association);
    this.#outcome.resolve(association);
  }
}

/** Some refuse our certificate by closing, with no alert: then this is all that anybody learns. */
function inTlsWords(error: DimseError): DimseError {
  if (error.code !== "closed-by-peer") return error;
  const why = "It may not accept the certificate of this box, or it wants one.";
  return new DimseError("closed-by-peer", `${error.message} ${why}`, { cause: error });
}
