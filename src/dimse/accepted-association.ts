import type { Socket } from "node:net";
import { type AcceptedContext, type AcceptorService, type Caller, responseTo } from "./acceptor-service.ts";
import { commandField, encodeCommandSet, responseBit } from "./command-set.ts";
import { asDimseError, DimseError } from "./dimse-error.ts";
import type { Deadlines } from "./limits.ts";
import { type Message, MessageReader } from "./message-reader.ts";
import { answerContexts, grantRoles, ourUserInformation, refusal, sendablePduBytes } from "./negotiate.ts";
import type { AssociateRequest, DataTransfer, Pdu } from "./pdu.ts";
import { malformed } from "./pdu-reader.ts";
import { encodeAssociateAccept, encodeAssociateReject, encodeData, encodeReleaseResponse } from "./pdu-writer.ts";
import { abortedByPeer, abortUnexpectedPdu } from "./reasons.ts";
import { UpperLayer } from "./upper-layer.ts";

export interface AcceptorRules {
  readonly aeTitle: string;
  readonly callers: "any" | readonly string[];
  readonly services: readonly AcceptorService[];
  readonly deadlines: Deadlines;
  readonly maxPduBytes: number;
  readonly idleMs: number;
  /** No room for another association, or for another one of this address. */
  readonly isFull: (remoteAddress: string) => boolean;
  readonly onError: (error: DimseError, caller: Caller) => void;
}

/** One association that came in. Requests are answered one after the other; while one is, nothing more is read. */
export class AcceptedAssociation {
  readonly #rules: AcceptorRules;
  readonly #layer: UpperLayer;
  readonly #messages = new MessageReader();
  readonly #waiting: Message[] = [];
  /** By context id. */
  readonly #accepted = new Map<number, AcceptedContext>();
  #caller: Caller;
  #maxPduBytes = 0;
  #isEstablished = false;
  #isAnswering = false;
  #isReleaseAsked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, remoteAddress: string, rules: AcceptorRules) {
    this.#rules = rules;
    this.#caller = { callingAeTitle: "", remoteAddress };
    const { deadlines, maxPduBytes } = rules;
    this.#layer = new UpperLayer(socket, this, { deadlines, maxPduBytes });
  }

  get closed(): Promise<void> {
    return this.#layer.closed;
  }

  /** Accepted and not over. */
  get isEstablished(): boolean {
    return this.#isEstablished && !this.#layer.isOver;
  }

  get remoteAddress(): string {
    return this.#caller.remoteAddress;
  }

  start(): void {
    this.#layer.start();
    const { associationMs } = this.#rules.deadlines;
    this.#expectWithin(associationMs, `The caller did not ask for an association within ${associationMs} ms.`);
  }

  abort(): void {
    this.#layer.abort(new DimseError("cancelled", "We stopped listening."));
  }

  onPdu(pdu: Pdu): void {
    if (pdu.type === "abort") this.#layer.drop(abortedByPeer(pdu.source, pdu.reason));
    else if (pdu.type === "associate-rq" && !this.#isEstablished) this.#onRequest(pdu);
    else if (pdu.type === "p-data" && this.#isEstablished) this.#onData(pdu);
    else if (pdu.type === "release-rq" && this.#isEstablished) this.#onRelease();
    else this.#layer.abort(malformed(`a PDU ${pdu.type} came where it may not`), abortUnexpectedPdu);
  }

  onEnd(error: DimseError | undefined): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    if (error && error.code !== "cancelled") this.#rules.onError(error, this.#caller);
  }

  #onData(data: DataTransfer): void {
    for (const pdv of data.pdvs) {
      const message = this.#messages.push(pdv);
      if (message) this.#waiting.push(message);
    }
    if (this.#waiting.length > 0) this.#answer();
  }

  #onRelease(): void {
    this.#isReleaseAsked = true;
    if (!this.#isAnswering) this.#layer.closeAfter(encodeReleaseResponse());
  }

  #onRequest(request: AssociateRequest): void {
    const { aeTitle, callers, maxPduBytes, services } = this.#rules;
    this.#caller = { ...this.#caller, callingAeTitle: request.callingAeTitle };
    const reject = refusal(request, { aeTitle, callers, isFull: this.#rules.isFull(this.remoteAddress) });
    if (reject) {
      this.#layer.closeAfter(encodeAssociateReject(reject));
      return;
    }
    const offer = new Map(services.flatMap((one) => one.abstractSyntaxes.map((uid) => [uid, one.transferSyntaxes])));
    const contexts = answerContexts(request.contexts, offer);
    this.#maxPduBytes = sendablePduBytes(request.user.maxPduBytes);
    this.#isEstablished = true;
    for (const { id, abstractSyntax } of request.contexts) {
      const answer = contexts.find((context) => context.id === id && context.result === 0);
      if (answer) this.#accepted.set(id, { abstractSyntax, transferSyntax: answer.transferSyntax });
    }
    const { calledAeTitle, callingAeTitle, applicationContext } = request;
    const ourRoles = new Map(services.flatMap((one) => one.abstractSyntaxes.map((uid) => [uid, one.role])));
    const user = ourUserInformation(maxPduBytes, grantRoles(request.user.roles ?? [], ourRoles));
    const accept = encodeAssociateAccept({ calledAeTitle, callingAeTitle, applicationContext, contexts, user });
    this.#send(accept);
    this.#expectRequest();
  }

  /** Answers what waits, one by one; reading goes on when all is answered and the answers are on their way. */
  #answer(): void {
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    // While nothing is read, a caller that has gone is not noticed: an answer that never comes must not keep its place.
    const { responseMs } = this.#rules.deadlines;
    this.#expectWithin(responseMs, `A request could not be answered within ${responseMs} ms.`);
    this.#layer.pause();
    this.#answerAll()
      .catch((reason: unknown) => {
        this.#layer.abort(asDimseError(reason, "protocol", "A request could not be answered."));
      })
      .finally(() => {
        this.#isAnswering = false;
        if (this.#layer.isOver) return;
        // More may have come out of the same packet meanwhile.
        if (this.#waiting.length > 0) {
          this.#answer();
          return;
        }
        if (this.#isReleaseAsked) {
          this.#layer.closeAfter(encodeReleaseResponse());
          return;
        }
        this.#expectRequest();
        this.#layer.resume();
      });
  }

  async #answerAll(): Promise<void> {
    for (let message = this.#waiting.shift(); message && !this.#layer.isOver; message = this.#waiting.shift()) {
      const context = this.#accepted.get(message.contextId);
      if (context === undefined) throw malformed("a message came on a context that was not accepted");
      const field = message.command.commandField ?? 0;
      if (field === commandField.cancel) continue;
      if (field & responseBit) throw malformed("a response came that nothing was asked for");
      const { services, onError } = this.#rules;
      const response = await responseTo({ ...context, message, caller: this.#caller }, services, onError);
      if (this.#layer.isOver) return;
      await this.#layer.write([encodeData(message.contextId, true, encodeCommandSet(response), this.#maxPduBytes)]);
    }
  }

  #send(bytes: Buffer): void {
    // A failure of this write ends the association, and that is told by onEnd.
    this.#layer.write([bytes]).catch(() => {});
  }

  #expectRequest(): void {
    this.#expectWithin(this.#rules.idleMs, `The caller sent no request within ${this.#rules.idleMs} ms.`);
  }

  #expectWithin(ms: number, words: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#layer.abort(new DimseError("timeout", words)), ms);
  }
}
