import type { DataSet } from "../dicom/dicom.ts";
import type { AcceptorService, Caller } from "./acceptor-service.ts";
import { type CommandSet, responseBit } from "./command-set.ts";
import { DimseError } from "./dimse-error.ts";
import { type Channel, Exchange } from "./exchange.ts";
import type { Deadlines } from "./limits.ts";
import { MessageReader } from "./message-reader.ts";
import { type NegotiatedContext, sendablePduBytes } from "./negotiate.ts";
import { Outgoing } from "./outgoing.ts";
import type { AssociateAccept, Pdu } from "./pdu.ts";
import { malformed } from "./pdu-reader.ts";
import { encodeReleaseRequest, encodeReleaseResponse } from "./pdu-writer.ts";
import { PeerRequests } from "./peer-requests.ts";
import { abortedByPeer, abortUnexpectedPdu } from "./reasons.ts";
import { echo } from "./services/echo.ts";
import { type FindAnswers, type FindOptions, find } from "./services/find.ts";
import { type GetOptions, type GetResponse, get } from "./services/get.ts";
import { type NResponse, nAction, nCreate, nSet } from "./services/normalized.ts";
import { type StoreInput, type StoreResponse, store } from "./services/store.ts";
import { associationOver, type UpperLayer, type UpperLayerListener } from "./upper-layer.ts";

export type AssociationEnd = { readonly kind: "released" } | { readonly kind: "failed"; readonly error: DimseError };

export interface AssociationOptions {
  readonly contexts: readonly NegotiatedContext[];
  readonly accepted: Pick<AssociateAccept, "user">;
  readonly deadlines: Deadlines;
  /** What the peer may ask of us meanwhile, and as whom it is told. */
  readonly services: readonly AcceptorService[];
  readonly caller: Caller;
  /** A request of the peer that could not be handled or answered. */
  readonly onError: (error: DimseError) => void;
}

/**
 * An established association, as requestor. One request at a time; it ends by `release`, `abort`, the peer or a
 * failure, and then every pending call has ended too.
 */
export class Association implements UpperLayerListener, AsyncDisposable {
  readonly #layer: UpperLayer;
  readonly #contexts: readonly NegotiatedContext[];
  readonly #deadlines: Deadlines;
  readonly #maxPduBytes: number;
  readonly #outgoing: Outgoing;
  readonly #messages: MessageReader;
  readonly #closed = Promise.withResolvers<AssociationEnd>();
  readonly #channel: Channel;
  readonly #requests: PeerRequests;
  #exchange: Exchange | undefined;
  #messageId = 0;
  #releasing: PromiseWithResolvers<void> | undefined;
  #end: AssociationEnd | undefined;

  /** Made by `openAssociation`. Throws DimseError `protocol` when the peer takes no PDU that could hold data. */
  constructor(layer: UpperLayer, options: AssociationOptions) {
    this.#layer = layer;
    this.#contexts = options.contexts;
    this.#deadlines = options.deadlines;
    this.#maxPduBytes = sendablePduBytes(options.accepted.user.maxPduBytes);
    this.#outgoing = new Outgoing(this.#maxPduBytes);
    const { services, caller, onError } = options;
    const betweenMessages = (): Promise<void> | undefined => this.#exchange?.betweenMessages;
    const maxPduBytes = this.#maxPduBytes;
    this.#requests = new PeerRequests({ layer, services, caller, maxPduBytes, betweenMessages, onError });
    this.#messages = new MessageReader((command, contextId) => {
      return isResponse(command) ? undefined : this.#requests.sinkFor(command, this.#contextOf(contextId));
    });
    this.#channel = { begin: (field, abstract, transfers) => this.#begin(field, abstract, transfers) };
  }

  /** Settles when the association has ended; never rejects. */
  get closed(): Promise<AssociationEnd> {
    return this.#closed.promise;
  }

  /** Whether another request can be made: false once it has ended or is ending, also when the peer ended it. */
  get isOpen(): boolean {
    return this.#end === undefined && this.#releasing === undefined;
  }

  /** Was this pair proposed and accepted? */
  accepts(abstractSyntax: string, transferSyntax: string): boolean {
    return this.acceptedTransferSyntaxes(abstractSyntax).includes(transferSyntax);
  }

  acceptedTransferSyntaxes(abstractSyntax: string): string[] {
    return this.#contexts
      .filter((context) => context.abstractSyntax === abstractSyntax && context.refusal === undefined)
      .map((context) => context.transferSyntax);
  }

  /** C-ECHO: the peer's status. Throws DimseError. */
  async echo(): Promise<number> {
    return echo(this.#channel);
  }

  /** C-FIND; see FindAnswers. */
  find(abstractSyntax: string, identifier: DataSet, options: FindOptions): FindAnswers {
    return find(this.#channel, abstractSyntax, identifier, options);
  }

  /**
   * C-STORE of an instance on disk. The status decides, see StoreResponse. Throws DimseError. `next`, where it is known,
   * is read ahead while the peer answers: with many small instances a third of the time.
   */
  async store(input: StoreInput, next?: StoreInput): Promise<StoreResponse> {
    return store(this.#channel, input, next);
  }

  /** C-GET of one instance into a file; see `GetOptions`. Throws DimseError. */
  async get(abstractSyntax: string, identifier: DataSet, options: GetOptions): Promise<GetResponse> {
    const contexts = this.#contexts.filter((context) => context.isScp && context.refusal === undefined);
    const flow = { pause: () => this.#layer.pause(), resume: () => this.#layer.resume() };
    return get(this.#channel, { abstractSyntax, identifier, contexts, requests: this.#requests, flow }, options);
  }

  /** N-CREATE (PS3.7 10.1.5) of an instance under our UID, such as a performed procedure step. Throws DimseError. */
  async nCreate(sopClassUid: string, sopInstanceUid: string, attributes: DataSet): Promise<NResponse> {
    return nCreate(this.#channel, sopClassUid, sopInstanceUid, attributes);
  }

  /** N-SET (PS3.7 10.1.3). Throws DimseError. */
  async nSet(sopClassUid: string, sopInstanceUid: string, modifications: DataSet): Promise<NResponse> {
    return nSet(this.#channel, sopClassUid, sopInstanceUid, modifications);
  }

  /** N-ACTION (PS3.7 10.1.4), such as a request for storage commitment. Throws DimseError. */
  async nAction(
    sopClassUid: string,
    sopInstanceUid: string,
    actionTypeId: number,
    information: DataSet,
  ): Promise<NResponse> {
    return nAction(this.#channel, sopClassUid, sopInstanceUid, actionTypeId, information);
  }

  /** A-RELEASE; settles when the peer has agreed. Throws DimseError when it ended otherwise. */
  async release(): Promise<void> {
    if (this.#end?.kind === "released") return;
    if (this.#end) throw this.#end.error;
    if (this.#releasing) return this.#releasing.promise;
    if (this.#exchange) throw busy();
    this.#releasing = Promise.withResolvers();
    void this.#askForRelease();
    const { releaseMs } = this.#deadlines;
    const timer = setTimeout(() => {
      this.#layer.abort(new DimseError("timeout", `The peer did not agree to the release within ${releaseMs} ms.`));
    }, releaseMs);
    try {
      await this.#releasing.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A-ABORT; pending calls end with DimseError `cancelled`. */
  abort(error: DimseError = new DimseError("cancelled", "The association was aborted by us.")): void {
    this.#layer.abort(error);
  }

  /** Releases, or aborts where a request is still under way; never throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exchange) this.abort();
    await this.release().catch(() => {});
  }

  /** Called by the upper layer. */
  onPdu(pdu: Pdu): void {
    switch (pdu.type) {
      case "p-data":
        // Data that crosses our release request has nobody to go to (PS3.8 9.2.3, AR-7).
        if (!this.#releasing) for (const pdv of pdu.pdvs) this.#take(pdv);
        return;
      case "release-rq":
        this.#onReleaseRequest();
        return;
      case "release-rp":
        if (this.#releasing) this.#layer.close();
        else this.#onUnexpected(pdu);
        return;
      case "abort":
        this.#layer.drop(abortedByPeer(pdu.source, pdu.reason));
        return;
      case "associate-rq":
      case "associate-ac":
      case "associate-rj":
        this.#onUnexpected(pdu);
        return;
      default:
        pdu satisfies never;
    }
  }

  /** Called by the upper layer. */
  onEnd(error: DimseError | undefined): void {
    // Many peers close instead of answering a release: all was answered before, so nothing is lost.
    const isReleased = error === undefined || (this.#releasing !== undefined && error.code === "closed-by-peer");
    const end: AssociationEnd = isReleased ? { kind: "released" } : { kind: "failed", error };
    this.#end = end;
    this.#outgoing.discard();
    this.#exchange?.fail(error ?? releasedByPeer());
    if (end.kind === "released") this.#releasing?.resolve();
    else this.#releasing?.reject(end.error);
    this.#closed.resolve(end);
  }

  #take(pdv: Parameters<MessageReader["push"]>[0]): void {
    const message = this.#messages.push(pdv);
    if (!message) return;
    if (!isResponse(message.command)) {
      this.#requests.take(message, this.#contextOf(message.contextId));
      return;
    }
    if (!this.#exchange) throw malformed("a message came that nothing was asked for");
    this.#exchange.take(message);
  }

  /** What the peer asked before is answered before. */
  async #askForRelease(): Promise<void> {
    await this.#requests.idle;
    // A failure of this write ends the association, and that settles `releasing`.
    await this.#layer.write([encodeReleaseRequest()]).catch(() => {});
  }

  #onReleaseRequest(): void {
    if (this.#releasing) {
      // Both asked at once: the requestor answers and goes on waiting for its own answer (PS3.8 9.2.3, Sta9, Sta11).
      this.#layer.write([encodeReleaseResponse()]).catch(() => {});
      return;
    }
    this.#layer.closeAfter(encodeReleaseResponse());
  }

  #onUnexpected(pdu: Pdu): void {
    this.#layer.abort(malformed(`a PDU ${pdu.type} came in the middle of the association`), abortUnexpectedPdu);
  }

  #begin(requestField: number, abstractSyntax: string, transferSyntaxes?: readonly string[]): Exchange {
    if (this.#end?.kind === "failed") throw this.#end.error;
    if (this.#releasing) throw associationOver();
    if (this.#end) throw releasedByPeer();
    if (this.#exchange) throw busy();
    const context = this.#usable(abstractSyntax, transferSyntaxes);
    this.#messageId = (this.#messageId % 0xffff) + 1;
    const exchange = new Exchange({
      layer: this.#layer,
      context,
      requestField,
      messageId: this.#messageId,
      outgoing: this.#outgoing,
      maxPduBytes: this.#maxPduBytes,
      deadlines: this.#deadlines,
      onOver: () => {
        this.#exchange = undefined;
      },
    });
    this.#exchange = exchange;
    return exchange;
  }

  #contextOf(id: number): NegotiatedContext {
    const context = this.#contexts.find((one) => one.id === id && one.refusal === undefined);
    if (context) return context;
    throw malformed("a message came on a context that was not accepted");
  }

  #usable(abstractSyntax: string, transferSyntaxes: readonly string[] | undefined): NegotiatedContext {
    const proposed = this.#contexts.filter((context) => context.abstractSyntax === abstractSyntax);
    const isWanted = (uid: string): boolean => transferSyntaxes === undefined || transferSyntaxes.includes(uid);
    const found = proposed.find((context) => context.refusal === undefined && isWanted(context.transferSyntax));
    if (found) return found;
    const reasons = [...new Set(proposed.map((context) => context.refusal ?? `it chose ${context.transferSyntax}`))];
    const why = proposed.length === 0 ? "it was not proposed" : reasons.join("; ");
    const how = transferSyntaxes ? ` in transfer syntax ${transferSyntaxes.join(" or ")}` : "";
    throw new DimseError("context-refused", `The peer does not take SOP class ${abstractSyntax}${how}: ${why}.`);
  }
}

function isResponse({ commandField: field = 0 }: CommandSet): boolean {
  return (field & responseBit) !== 0;
}

function releasedByPeer(): DimseError {
  return new DimseError("closed-by-peer", "The peer has released the association: open another one.");
}

function busy(): DimseError {
  return new DimseError("invalid-request", "Another request is under way on this association: wait for its end.");
}
