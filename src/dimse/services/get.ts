import { type DataSet, encodeDataSet } from "../../dicom/dicom.ts";
import type { PeerRequest } from "../acceptor-service.ts";
import { type CommandSet, commandField } from "../command-set.ts";
import { asDimseError, DimseError } from "../dimse-error.ts";
import { type Channel, type Exchange, isPending } from "../exchange.ts";
import { FileSink } from "../file-sink.ts";
import { explicitLittleEndian, implicitLittleEndian, requireUid } from "../names.ts";
import type { NegotiatedContext } from "../negotiate.ts";
import type { PeerRequests, StreamingService } from "../peer-requests.ts";

/**
 * C-GET of one instance: its storage SOP class must have been proposed with the role `scp`. `file` is written anew with
 * the data set alone, in the transfer syntax of the answer; there is none when it failed.
 */
export interface GetOptions {
  readonly file: string;
  /** An instance that is longer ends the association. */
  readonly maxBytes: number;
}

export interface GetResponse {
  /** The final status of the C-GET (PS3.4 C.4.3.1.4). */
  readonly status: number;
  readonly errorComment?: string;
  /** Null: the peer sent none. */
  readonly instance: {
    readonly sopClassUid: string;
    readonly sopInstanceUid: string;
    readonly transferSyntaxUid: string;
    readonly sizeBytes: number;
  } | null;
}

export interface GetRequest {
  readonly abstractSyntax: string;
  readonly identifier: DataSet;
  /** On which the peer may send. */
  readonly contexts: readonly NegotiatedContext[];
  readonly requests: PeerRequests;
  readonly flow: { readonly pause: () => void; readonly resume: () => void };
}

/** PS3.4 B.2.3: out of resources. */
const outOfResources = 0xa700;

/** C-GET (PS3.7 9.1.3, PS3.4 C.4.3). */
export async function get(channel: Channel, request: GetRequest, options: GetOptions): Promise<GetResponse> {
  requireUid(request.abstractSyntax, "The SOP class of a retrieval");
  if (request.contexts.length === 0) {
    throw new DimseError("context-refused", "The peer does not send instances on our association: no SCP role for us.");
  }
  const exchange = channel.begin(commandField.get, request.abstractSyntax, [
    explicitLittleEndian,
    implicitLittleEndian,
  ]);
  const receiver = new Receiver(exchange, request, options);
  request.requests.serve(receiver);
  let isKept = false;
  try {
    const isExplicit = exchange.context.transferSyntax === explicitLittleEndian;
    const command = { affectedSopClassUid: request.abstractSyntax, commandField: commandField.get, priority: 0 };
    const bytes = encoded(request.identifier, isExplicit ? "explicit" : "implicit");
    await exchange.send({ ...command, messageId: exchange.messageId }, bytes);
    for (;;) {
      const { status, errorComment } = (await exchange.next()).command;
      if (isPending(status)) continue;
      if (receiver.failure) throw notWritten(receiver.failure);
      isKept = receiver.instance !== null;
      return { status, ...(errorComment !== undefined && { errorComment }), instance: receiver.instance };
    }
  } finally {
    request.requests.serve(undefined);
    if (!isKept) await receiver.discard();
    exchange.over();
  }
}

/** Takes the C-STORE that the peer makes for our C-GET; the first one, and no other. */
class Receiver implements StreamingService {
  readonly abstractSyntaxes: readonly string[];
  readonly transferSyntaxes = [];
  readonly requestField = commandField.store;
  readonly role = "scp";
  readonly #exchange: Exchange;
  readonly #flow: GetRequest["flow"];
  readonly #options: GetOptions;
  #sink: FileSink | undefined;
  #isTaken = false;
  instance: GetResponse["instance"] = null;
  failure: Error | undefined;

  constructor(exchange: Exchange, { contexts, flow }: GetRequest, options: GetOptions) {
    this.abstractSyntaxes = contexts.map(({ abstractSyntax }) => abstractSyntax);
    this.#exchange = exchange;
    this.#flow = flow;
    this.#options = options;
  }

  sinkFor(): { write(fragment: Buffer): void } {
    const exchange = this.#exchange;
    if (this.#sink) return { write: () => exchange.touch() };
    const { pause, resume } = this.#flow;
    const sink = new FileSink({ ...this.#options, onFull: pause, onDrained: resume });
    this.#sink = sink;
    return {
      write(fragment) {
        exchange.touch();
        sink.write(fragment);
      },
    };
  }

  async respond({ message, transferSyntax }: PeerRequest): Promise<CommandSet & { readonly status: number }> {
    const { affectedSopClassUid = "", affectedSopInstanceUid = "" } = message.command;
    const names = { affectedSopClassUid, affectedSopInstanceUid };
    const sink = this.#sink;
    if (this.#isTaken || sink === undefined) return { ...names, status: outOfResources };
    this.#isTaken = true;
    this.failure = await sink.end();
    if (this.failure) return { ...names, status: outOfResources };
    this.instance = {
      ...{ sopClassUid: affectedSopClassUid, sopInstanceUid: affectedSopInstanceUid },
      ...{ transferSyntaxUid: transferSyntax, sizeBytes: sink.sizeBytes },
    };
    this.#exchange.touch();
    return { ...names, status: 0 };
  }

  async discard(): Promise<void> {
    await this.#sink?.discard();
  }
}

function encoded(identifier: DataSet, transferSyntax: "explicit" | "implicit"): Buffer {
  try {
    return encodeDataSet(identifier, { transferSyntax });
  } catch (cause) {
    throw asDimseError(cause, "invalid-request", "The identifier of a retrieval is not valid DICOM.");
  }
}

function notWritten(cause: Error): DimseError {
  return new DimseError("file-unreadable", "The instance that was read back could not be written: is the disk full?", {
    cause,
  });
}
