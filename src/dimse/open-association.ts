import { Association } from "./association.ts";
import { cancelled, connect, type TlsIdentity } from "./connect.ts";
import { asDimseError, DimseError } from "./dimse-error.ts";
import { type Deadlines, defaultDeadlines, defaultMaxPduBytes } from "./limits.ts";
import { applicationContextName, requireAeTitle } from "./names.ts";
import { negotiated, ourUserInformation, type PresentationContext, proposeContexts } from "./negotiate.ts";
import type { AssociateAccept, Pdu, ProposedContext } from "./pdu.ts";
import { malformed } from "./pdu-reader.ts";
import { encodeAssociateRequest } from "./pdu-writer.ts";
import { abortedByPeer, abortUnexpectedPdu, rejection } from "./reasons.ts";
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
  readonly tls?: TlsIdentity;
}

/**
 * Connects and negotiates (PS3.8 7.1). Throws DimseError: `connect-failed`, `connect-timeout`, `rejected-permanent`,
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
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const { signal, tls, maxPduBytes = defaultMaxPduBytes } = options;
  const { host, port } = address;
  const socket = await connect({ host, port, tls, connectMs: deadlines.connectMs, signal });
  const negotiation = new Negotiation(proposed, deadlines);
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
    user: ourUserInformation(maxPduBytes),
  });
  const association = await negotiation.run(layer, request);
  if (negotiation.refusals === undefined) return association;
  await association.release().catch(() => {});
  throw new DimseError(
    "context-refused",
    `The peer accepted none of the presentation contexts: ${negotiation.refusals}.`,
  );
}

/** From A-ASSOCIATE-RQ to its answer (PS3.8 9.2, Sta5). */
class Negotiation {
  readonly #proposed: readonly ProposedContext[];
  readonly #deadlines: Deadlines;
  readonly #outcome = Promise.withResolvers<Association>();
  #layer: UpperLayer | undefined;
  /** In words, when no context at all was accepted. */
  refusals: string | undefined;

  constructor(proposed: readonly ProposedContext[], deadlines: Deadlines) {
    this.#proposed = proposed;
    this.#deadlines = deadlines;
  }

  async run(layer: UpperLayer, request: Buffer): Promise<Association> {
    this.#layer = layer;
    const { associationMs } = this.#deadlines;
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
    this.#outcome.reject(error ?? cancelled());
  }

  /** The listener changes within this call: the peer's next PDU may lie in the same packet. */
  #onAccept(layer: UpperLayer, accept: AssociateAccept): void {
    const contexts = negotiated(this.#proposed, accept.contexts);
    const association = new Association(layer, contexts, accept, this.#deadlines);
    if (contexts.every((context) => context.refusal !== undefined)) {
      this.refusals = [...new Set(contexts.map((context) => context.refusal))].join("; ");
    }
    layer.setListener(association);
    this.#outcome.resolve(association);
  }
}
