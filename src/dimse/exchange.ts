import { type CommandSet, commandField, encodeCommandSet, noDataSet, responseBit, withDataSet } from "./command-set.ts";
import { DimseError } from "./dimse-error.ts";
import { type Deadlines, maxWaitingBytes, maxWaitingMessages } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import type { Message } from "./message-reader.ts";
import type { NegotiatedContext } from "./negotiate.ts";
import type { Outgoing } from "./outgoing.ts";
import { malformed } from "./pdu-reader.ts";
import { encodeData } from "./pdu-writer.ts";
import type { UpperLayer } from "./upper-layer.ts";

/** A response: its status is there. */
export interface Answer extends Message {
  readonly command: CommandSet & { readonly status: number };
}

export interface ExchangeOptions {
  readonly layer: Pick<UpperLayer, "write" | "abort" | "pause" | "resume">;
  readonly context: NegotiatedContext;
  readonly requestField: number;
  readonly messageId: number;
  readonly outgoing: Outgoing;
  /** The longest PDU the peer takes. */
  readonly maxPduBytes: number;
  readonly deadlines: Pick<Deadlines, "responseMs" | "releaseMs" | "writeMs">;
  readonly onOver: () => void;
}

/** One request and its answers (PS3.7 6.1): it accepts only the answers that belong to it. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #mailbox = new Mailbox<Answer>();
  readonly #news = Promise.withResolvers<void>();
  #waitingBytes = 0;
  #hasNews = false;
  #isFailed = false;
  #isAnswered = false;
  #timer: NodeJS.Timeout | undefined;
  #sending: PromiseWithResolvers<void> | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  get context(): NegotiatedContext {
    return this.#options.context;
  }

  get messageId(): number {
    return this.#options.messageId;
  }

  get outgoing(): Outgoing {
    return this.#options.outgoing;
  }

  get responseMs(): number {
    return this.#options.deadlines.responseMs;
  }

  get releaseMs(): number {
    return this.#options.deadlines.releaseMs;
  }

  get writeMs(): number {
    return this.#options.deadlines.writeMs;
  }

  /** True as soon as an answer has come, or none can come any more. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** The association has ended under us. */
  get isFailed(): boolean {
    return this.#isFailed;
  }

  /** Settles when `hasNews` becomes true; never rejects. */
  get news(): Promise<void> {
    return this.#news.promise;
  }

  /** Settles when our message is whole again with the socket; undefined when it is not in pieces. */
  get betweenMessages(): Promise<void> | undefined {
    return this.#sending?.promise;
  }

  /** A message is sent in several writes from here to `endMessage`: nothing else may come in between. */
  beginMessage(): void {
    this.#sending ??= Promise.withResolvers();
  }

  endMessage(): void {
    this.#sending?.resolve();
    this.#sending = undefined;
  }

  /** The PDUs of a command set; sent by the caller, together with what follows. */
  encode(command: CommandSet, hasDataSet: boolean): Buffer {
    const complete = { ...command, commandDataSetType: hasDataSet ? withDataSet : noDataSet };
    return encodeData(this.context.id, true, encodeCommandSet(complete), this.#options.maxPduBytes);
  }

  async send(command: CommandSet, dataSet?: Buffer): Promise<void> {
    const chunks = [this.encode(command, dataSet !== undefined)];
    if (dataSet) chunks.push(encodeData(this.context.id, false, dataSet, this.#options.maxPduBytes));
    await this.write(chunks);
  }

  /** See UpperLayer.write. */
  write(chunks: readonly Buffer[]): Promise<void> {
    return this.#options.layer.write(chunks);
  }

  /** The next answer; none within `waitMs` (by default responseMs) aborts the association: DimseError `timeout`. */
  async next(waitMs: number = this.responseMs): Promise<Answer> {
    const isHalfEmpty = this.#mailbox.size <= maxWaitingMessages / 2 && this.#waitingBytes <= maxWaitingBytes / 2;
    if (isHalfEmpty) this.#options.layer.resume();
    this.#timer = setTimeout(
      () => {
        this.abort(new DimseError("timeout", `The peer did not answer within ${Math.round(waitMs)} ms.`));
      },
      Math.max(1, waitMs),
    );
    try {
      const answer = await this.#mailbox.take();
      this.#waitingBytes -= answer.dataSet?.length ?? 0;
      return answer;
    } finally {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  /** The peer is at work for this request: the time for its answer begins anew. */
  touch(): void {
    this.#timer?.refresh();
  }

  abort(error: DimseError): void {
    this.#options.layer.abort(error);
  }

  /** Makes a waiting `next` reject; the association goes on. */
  interrupt(error: DimseError): void {
    this.#mailbox.interrupt(error);
  }

  /** Must be called once, whatever happened: the association takes the next request only then. */
  over(): void {
    this.endMessage();
    this.#options.layer.resume();
    this.#options.onOver();
  }

  /** Called by the association. Throws DimseError `protocol` for an answer to something else. */
  take(message: Message): void {
    const { command, contextId } = message;
    const { requestField, messageId, layer } = this.#options;
    if (command.commandField !== (requestField | responseBit)) {
      throw malformed(`command ${command.commandField} came where another answer was due`);
    }
    if (command.messageIdBeingRespondedTo !== messageId) throw malformed("an answer has another message ID");
    if (contextId !== this.context.id) throw malformed("an answer came on another presentation context");
    const { status } = command;
    if (status === undefined) throw malformed("an answer has no status");
    if (this.#isAnswered) throw malformed("an answer came after the final one");
    this.#isAnswered = !isPending(status);
    if (isPending(status) && requestField !== commandField.find && requestField !== commandField.get)
      throw malformed("a pending answer came to a request that has one answer");
    this.#mailbox.put({ ...message, command: { ...command, status } });
    this.#waitingBytes += message.dataSet?.length ?? 0;
    if (this.#mailbox.size >= maxWaitingMessages || this.#waitingBytes >= maxWaitingBytes) layer.pause();
    this.#tellNews();
  }

  /** Called by the association when it has ended. */
  fail(error: DimseError): void {
    this.#isFailed = true;
    this.#mailbox.fail(error);
    this.#tellNews();
  }

  #tellNews(): void {
    this.#hasNews = true;
    this.#news.resolve();
  }
}

/** C-CANCEL (PS3.7 9.3.2.3): the answers go on until the peer has noticed. */
export function cancelCommand(messageId: number): CommandSet {
  return { commandField: commandField.cancel, messageIdBeingRespondedTo: messageId };
}

/** Both mean that more answers come; FF01 adds that an optional key is not supported (PS3.4 C.4.1.1.4). */
export function isPending(status: number): boolean {
  return status === 0xff00 || status === 0xff01;
}

/** What a service needs of an association. */
export interface Channel {
  /**
   * Begins the next request on the first accepted context of the abstract syntax with one of these transfer syntaxes.
   * Throws DimseError `context-refused`, or `invalid-request` when another request is under way.
   */
  begin(requestField: number, abstractSyntax: string, transferSyntaxes?: readonly string[]): Exchange;
}
