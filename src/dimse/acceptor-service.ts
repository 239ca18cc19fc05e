import { type CommandSet, noDataSet, responseBit } from "./command-set.ts";
import { asDimseError, type DimseError } from "./dimse-error.ts";
import type { Message } from "./message-reader.ts";

/** Who is on the other side: of an association that came in, or of ours that the peer makes a request on. */
export interface Caller {
  readonly callingAeTitle: string;
  readonly remoteAddress: string;
}

/** The presentation context that a request came on. */
export interface AcceptedContext {
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

/** A request of the peer, and what it came with. */
export interface PeerRequest extends AcceptedContext {
  readonly message: Message;
  readonly caller: Caller;
}

/** A service class in which the peer makes the requests: what it takes and how it answers. */
export interface AcceptorService {
  readonly abstractSyntaxes: readonly string[];
  /** The preferred one first. */
  readonly transferSyntaxes: readonly string[];
  /** The command field of its request (PS3.7 E.1). */
  readonly requestField: number;
  /** Ours: SCU for notifications (N-EVENT-REPORT), SCP for everything else (PS3.7 D.3.3.4). */
  readonly role: "scp" | "scu";
  /** The response; command field, message id and data set type are added to it. Throwing answers 0110. */
  respond(request: PeerRequest): Promise<CommandSet & { readonly status: number }>;
}

/** PS3.7 Annex C. */
const processingFailure = 0x0110;
const unrecognizedOperation = 0x0211;

/** The whole response to a request: of the service for it, or that there is none. Never rejects. */
export async function responseTo(
  request: PeerRequest,
  services: readonly AcceptorService[],
  onError: (error: DimseError, caller: Caller) => void,
): Promise<CommandSet> {
  const { message, abstractSyntax, caller } = request;
  const field = message.command.commandField ?? 0;
  const service = services.find((one) => one.requestField === field && one.abstractSyntaxes.includes(abstractSyntax));
  const respond = async (): Promise<CommandSet> => {
    if (!service) return { status: unrecognizedOperation };
    try {
      return await service.respond(request);
    } catch (reason) {
      onError(asDimseError(reason, "protocol", "A request could not be handled."), caller);
      return { status: processingFailure };
    }
  };
  return {
    ...(await respond()),
    commandField: field | responseBit,
    messageIdBeingRespondedTo: message.command.messageId ?? 0,
    commandDataSetType: noDataSet,
  };
}
