import type { Socket } from "node:net";
import type { AcceptorService, Caller } from "./acceptor-service.ts";
import { type CommandSet, commandField, encodeCommandSet, noDataSet, responseBit } from "./command-set.ts";
import { asDimseError, DimseError } from "./dimse-error.ts";
import type { Deadlines } from "./limits.ts";
import { type Message, MessageReader } from "./message-reader.ts";
import { answerContexts, ourUserInformation, refusal, sendablePduBytes } from "./negotiate.ts";
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
  readonly isFull: () => boolean;
  readonly onError: (error: DimseError, caller: Caller) => void;
}

/** PS3.7 C.5.10 and C.5.22. */
const processingFailure = 0x0110;
const unrecognizedOperation = 0x0211;

/** One association that came in. Requests are answered one after the other; while one is, nothing more is read. */
export class AcceptedAssociation {
  readonly #rules: AcceptorRules;
  readonly #layer: UpperLayer;
  readonly #messages = new MessageReader();
  readonly #waiting: Message[] = [];
  /** Context id and the abstract syntax that was accepted on it. */
  readonly #accepted = new Map<number, string>();
  #caller: Caller;
  #maxPduBytes = 0;
  #isEstablished = false;
  #isAnswering = false;
  #isReleaseAsked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, rules: AcceptorRules) {
    this.#rules = rules;
    this.#caller = { callingAeTitle: "", remoteAddress: socket.remoteAddress ?? "" };
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

  start(): void {
    this.#layer.start();
    this.#expectWithin(this.#rules.deadlines.associationMs, "did not ask for an association");
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
    const reject = refusal(request, { aeTitle, callers, isFull: this.#rules.isFull() });
    if (reject) {
      this.#layer.closeAfter(encodeAssociateReject(reject));
      return;
    }
    const offer = new Map(services.flatMap((one) => one.abstractSyntaxes.map((uid) => [uid, one.transferSyntaxes])));
    const contexts = answerContexts(request.contexts, offer);
    this.#maxPduBytes = sendablePduBytes(request.user.maxPduBytes);
    this.#isEstablished = true;
    for (const { id, abstractSyntax } of request.contexts) {
      if (contexts.some((context) => context.id === id && context.result === 0)) this.#accepted.set(id, abstractSyntax);
    }
    const { calledAeTitle, callingAeTitle, applicationContext } = request;
    const user = ourUserInformation(maxPduBytes);
    const accept = encodeAssociateAccept({ calledAeTitle, callingAeTitle, applicationContext, contexts, user });
    this.#send(accept);
    this.#expectWithin(this.#rules.idleMs, "sent no request");
  }

  /** Answers what waits, one by one; reading goes on when all is answered and the answers are on their way. */
  #answer(): void {
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    clearTimeout(this.#timer);
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
        this.#expectWithin(this.#rules.idleMs, "sent no request");
        this.#layer.resume();
      });
  }

  async #answerAll(): Promise<void> {
    for (let request = this.#waiting.shift(); request && !this.#layer.isOver; request = this.#waiting.shift()) {
      const abstractSyntax = this.#accepted.get(request.contextId);
      if (abstractSyntax === undefined) throw malformed("a message came on a context that was not accepted");
      const field = request.command.commandField ?? 0;
      if (field === commandField.cancel) continue;
      if (field & responseBit) throw malformed("a response came that nothing was asked for");
      const response: CommandSet = {
        ...(await this.#respond(request, abstractSyntax, field)),
        commandField: field | responseBit,
        messageIdBeingRespondedTo: request.command.messageId ?? 0,
        commandDataSetType: noDataSet,
      };
      await this.#layer.write([encodeData(request.contextId, true, encodeCommandSet(response), this.#maxPduBytes)]);
    }
  }

  async #respond(request: Message, abstractSyntax: string, field: number): Promise<CommandSet> {
    const service = this.#rules.services.find(
      (one) => one.requestField === field && one.abstractSyntaxes.includes(abstractSyntax),
    );
    if (!service) return { status: unrecognizedOperation };
    try {
      return await service.respond(request, this.#caller);
    } catch (reason) {
      this.#rules.onError(asDimseError(reason, "protocol", "A request could not be handled."), this.#caller);
      return { status: processingFailure };
    }
  }

  #send(bytes: Buffer): void {
    // A failure of this write ends the association, and that is told by onEnd.
    this.#layer.write([bytes]).catch(() => {});
  }

  #expectWithin(ms: number, what: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#layer.abort(new DimseError("timeout", `The caller ${what} within ${ms} ms.`));
    }, ms);
  }
}
