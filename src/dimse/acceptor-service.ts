import type { CommandSet } from "./command-set.ts";
import type { Message } from "./message-reader.ts";

/** Who is on the other side of an association that came in. */
export interface Caller {
  readonly callingAeTitle: string;
  readonly remoteAddress: string;
}

/** A service class we provide: what it takes and how it answers. */
export interface AcceptorService {
  readonly abstractSyntaxes: readonly string[];
  /** The preferred one first. */
  readonly transferSyntaxes: readonly string[];
  /** The command field of its request (PS3.7 E.1). */
  readonly requestField: number;
  /** The response; command field, message id and data set type are added to it. Throwing answers 0110. */
  respond(request: Message, caller: Caller): Promise<CommandSet & { readonly status: number }>;
}
