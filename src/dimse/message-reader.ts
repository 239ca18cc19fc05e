import { type CommandSet, decodeCommandSet, noDataSet } from "./command-set.ts";
import { maxCommandBytes, maxDataSetBytes } from "./limits.ts";
import type { Pdv } from "./pdu.ts";
import { malformed } from "./pdu-reader.ts";

/** A command set and, where its Command Data Set Type says so, its data set, still encoded. */
export interface Message {
  readonly contextId: number;
  readonly command: CommandSet;
  readonly dataSet: Buffer | undefined;
}

/** Takes the data set of a message as it comes, instead of memory. What `write` throws ends the association. */
export interface Sink {
  /** A view that is not written to again. */
  write(fragment: Buffer): void;
}

/**
 * Puts fragments together to messages (PS3.7 6.3, PS3.8 Annex E). Both parts have a limit; fragments are copied into
 * one growing buffer, so that a million fragments of one byte cost a megabyte and not a million objects.
 */
export class MessageReader {
  readonly #command = new Collector(maxCommandBytes, "a command set");
  readonly #dataSet = new Collector(maxDataSetBytes, "a data set");
  #contextId: number | undefined;
  #decoded: CommandSet | undefined;
  #sink: Sink | undefined;
  readonly #sinkFor: (command: CommandSet, contextId: number) => Sink | undefined;

  /** `sinkFor`: where the data set of a message goes; undefined: into the message. */
  constructor(sinkFor: (command: CommandSet, contextId: number) => Sink | undefined = () => undefined) {
    this.#sinkFor = sinkFor;
  }

  /** The message that this fragment completes, or nothing yet. Throws DimseError `protocol`. */
  push(pdv: Pdv): Message | undefined {
    this.#contextId ??= pdv.contextId;
    if (this.#contextId !== pdv.contextId) throw malformed("two messages are mixed on two presentation contexts");
    if (this.#decoded === undefined) {
      if (!pdv.isCommand) throw malformed("a data set comes without a command");
      this.#command.write(pdv.fragment);
      if (!pdv.isLast) return undefined;
      const command = decodeCommandSet(this.#command.take());
      if (command.commandField === undefined || command.commandDataSetType === undefined) {
        throw malformed("a command set lacks its command field or data set type");
      }
      if (command.commandDataSetType === noDataSet) return this.#finish(command, undefined);
      this.#decoded = command;
      this.#sink = this.#sinkFor(command, pdv.contextId);
      return undefined;
    }
    if (pdv.isCommand) throw malformed("a command comes where a data set was announced");
    const sink = this.#sink;
    (sink ?? this.#dataSet).write(pdv.fragment);
    return pdv.isLast ? this.#finish(this.#decoded, sink ? undefined : this.#dataSet.take()) : undefined;
  }

  #finish(command: CommandSet, dataSet: Buffer | undefined): Message {
    const contextId = this.#contextId ?? 0;
    this.#contextId = undefined;
    this.#decoded = undefined;
    this.#sink = undefined;
    return { contextId, command, dataSet };
  }
}

class Collector implements Sink {
  readonly #limit: number;
  readonly #what: string;
  #bytes = Buffer.alloc(0);
  #length = 0;

  constructor(limit: number, what: string) {
    this.#limit = limit;
    this.#what = what;
  }

  write(fragment: Buffer): void {
    const length = this.#length + fragment.length;
    if (length > this.#limit) throw malformed(`${this.#what} is longer than the ${this.#limit} bytes we take`);
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(length, this.#bytes.length * 2, 256)));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    fragment.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }
}
