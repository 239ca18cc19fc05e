import { type AcceptedContext, type AcceptorService, type Caller, responseTo } from "./acceptor-service.ts";
import { type CommandSet, commandField, encodeCommandSet } from "./command-set.ts";
import { asDimseError, type DimseError } from "./dimse-error.ts";
import { maxUnansweredRequests } from "./limits.ts";
import type { Message, Sink } from "./message-reader.ts";
import { malformed } from "./pdu-reader.ts";
import { encodeData } from "./pdu-writer.ts";
import type { UpperLayer } from "./upper-layer.ts";

export interface PeerRequestsOptions {
  readonly layer: UpperLayer;
  readonly services: readonly AcceptorService[];
  readonly caller: Caller;
  /** The longest PDU the peer takes. */
  readonly maxPduBytes: number;
  /** Undefined when nothing of ours is half sent: an answer never comes between two pieces of a message (PS3.8 Annex E). */
  readonly betweenMessages: () => Promise<void> | undefined;
  readonly onError: (error: DimseError, caller: Caller) => void;
}

/** A service whose data sets are too long for memory. */
export interface StreamingService extends AcceptorService {
  sinkFor(command: CommandSet, context: AcceptedContext): Sink | undefined;
}

/** What the peer asks on an association that we opened: one after the other, also while our own request waits. */
export class PeerRequests {
  readonly #options: PeerRequestsOptions;
  #unanswered = 0;
  #idle: Promise<void> = Promise.resolve();
  #extra: StreamingService | undefined;

  constructor(options: PeerRequestsOptions) {
    this.#options = options;
  }

  /** Settles when all that was asked is answered; never rejects. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  /** Serves one more service while an operation of ours runs that needs it (C-GET, PS3.7 9.1.3). */
  serve(service: StreamingService | undefined): void {
    this.#extra = service;
  }

  /** Where the data set of a request goes as it comes; undefined: into its message. */
  sinkFor(command: CommandSet, context: AcceptedContext): Sink | undefined {
    const service = this.#extra;
    const isServed = service?.abstractSyntaxes.includes(context.abstractSyntax);
    return isServed && service?.requestField === command.commandField ? service?.sinkFor(command, context) : undefined;
  }

  /** Throws DimseError `protocol` for a request that nobody here waits for, and for a flood of them. */
  take(message: Message, context: AcceptedContext): void {
    const services = this.#extra ? [...this.#options.services, this.#extra] : this.#options.services;
    const field = message.command.commandField ?? 0;
    const isServed = services.some((one) => one.abstractSyntaxes.includes(context.abstractSyntax));
    if (!isServed || field === commandField.cancel) throw malformed("a message came that nothing was asked for");
    // Without an asynchronous operations window one may be outstanding (PS3.7 D.3.3.3); a few are borne with.
    if (this.#unanswered >= maxUnansweredRequests) throw malformed("it made more requests than it waits for");
    this.#unanswered++;
    this.#idle = this.#idle.then(() => this.#answer(message, context, services)).finally(() => this.#unanswered--);
  }

  async #answer(message: Message, context: AcceptedContext, services: readonly AcceptorService[]): Promise<void> {
    const { layer, caller, maxPduBytes, betweenMessages, onError } = this.#options;
    if (layer.isOver) return;
    const response = await responseTo({ ...context, message, caller }, services, onError);
    for (let wait = betweenMessages(); wait !== undefined; wait = betweenMessages()) await wait;
    if (layer.isOver) return;
    const bytes = encodeData(message.contextId, true, encodeCommandSet(response), maxPduBytes);
    await layer.write([bytes]).catch((reason: unknown) => {
      onError(asDimseError(reason, "closed-by-peer", "A request of the peer could not be answered."), caller);
    });
  }
}
