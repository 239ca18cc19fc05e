import { type DataSet, decodeDataSet, encodeDataSet } from "../../dicom/dicom.ts";
import { commandField } from "../command-set.ts";
import { DimseError } from "../dimse-error.ts";
import { type Channel, cancelCommand, type Exchange, isPending } from "../exchange.ts";
import { maxAnswersBytes } from "../limits.ts";
import { explicitLittleEndian, hex4, implicitLittleEndian, requireUid } from "../names.ts";
import { malformed } from "../pdu-reader.ts";

export interface FindOptions {
  /** Answers to take at most; the rest is cancelled. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** The answers of a query as they come, once. The other fields are true when the iteration has ended. */
export interface FindAnswers extends AsyncIterable<DataSet> {
  /** The final status; undefined while it has not come. */
  readonly status: number | undefined;
  /** There were more answers than the limit, or they were longer together than this box takes. */
  readonly isTruncated: boolean;
  /** Answers left out because their bytes could not be decoded. */
  readonly unreadable: number;
}

/**
 * C-FIND (PS3.7 9.1.2). Nothing is sent before the first answer is asked for. A consumer that stops, the limit and the
 * signal all send C-CANCEL and wait until the peer has ended the query, so that the association can go on.
 * Iterating throws DimseError: `status` for a final status other than success, `cancelled` after the signal.
 */
export function find(channel: Channel, abstractSyntax: string, identifier: DataSet, options: FindOptions): FindAnswers {
  const summary: Summary = { status: undefined, isTruncated: false, unreadable: 0 };
  const answers = query(channel, abstractSyntax, identifier, options, summary);
  return {
    [Symbol.asyncIterator]: () => answers,
    get status() {
      return summary.status;
    },
    get isTruncated() {
      return summary.isTruncated;
    },
    get unreadable() {
      return summary.unreadable;
    },
  };
}

interface Summary {
  status: number | undefined;
  isTruncated: boolean;
  unreadable: number;
}

async function* query(
  channel: Channel,
  abstractSyntax: string,
  identifier: DataSet,
  { limit, signal }: FindOptions,
  summary: Summary,
): AsyncGenerator<DataSet, void, void> {
  requireUid(abstractSyntax, "The SOP class of a query");
  throwIfCancelled(signal);
  const exchange = channel.begin(commandField.find, abstractSyntax, [explicitLittleEndian, implicitLittleEndian]);
  const onCancel = (): void => exchange.interrupt(cancelled());
  signal?.addEventListener("abort", onCancel);
  let isSent = false;
  try {
    const encoding = {
      transferSyntax: exchange.context.transferSyntax === explicitLittleEndian ? "explicit" : "implicit",
    } as const;
    const bytes = encodeDataSet(identifier, encoding);
    isSent = true;
    await exchange.send(
      {
        affectedSopClassUid: abstractSyntax,
        commandField: commandField.find,
        messageId: exchange.messageId,
        priority: 0,
      },
      bytes,
    );
    let taken = 0;
    let takenBytes = 0;
    for (;;) {
      throwIfCancelled(signal);
      const { command, dataSet } = await exchange.next();
      if (!isPending(command.status)) {
        summary.status = command.status;
        if (command.status !== 0) throw finalStatus(command.status, command.errorComment);
        return;
      }
      takenBytes += dataSet?.length ?? 0;
      if (taken === limit || takenBytes > maxAnswersBytes) {
        summary.isTruncated = true;
        return;
      }
      if (dataSet === undefined) {
        const error = malformed("a pending answer of a query has no identifier");
        exchange.abort(error);
        throw error;
      }
      taken++;
      const answer = readable(dataSet, encoding);
      if (answer) yield answer;
      else summary.unreadable++;
    }
  } finally {
    signal?.removeEventListener("abort", onCancel);
    if (isSent && summary.status === undefined) summary.status = await cancel(exchange);
    exchange.over();
  }
}

/** One answer that cannot be read must not hide the others: it is counted, and the caller says so. */
function readable(bytes: Buffer, encoding: { transferSyntax: "implicit" | "explicit" }): DataSet | undefined {
  try {
    return decodeDataSet(bytes, encoding);
  } catch {
    return undefined;
  }
}

/** Ends a query early. The final status, or undefined when the association ended instead. */
async function cancel(exchange: Exchange): Promise<number | undefined> {
  if (exchange.isFailed) return undefined;
  const until = performance.now() + exchange.releaseMs;
  try {
    await exchange.send(cancelCommand(exchange.messageId));
    for (;;) {
      const { command } = await exchange.next(until - performance.now());
      if (!isPending(command.status)) return command.status;
      // Answers that arrive without a pause never let the timer of `next` ring.
      if (performance.now() > until)
        exchange.abort(new DimseError("timeout", "The peer did not end a cancelled query."));
    }
  } catch {
    // What ended the association is told by its `closed`; the consumer has its own outcome already.
    return undefined;
  }
}

function finalStatus(status: number, comment: string | undefined): DimseError {
  const words = comment ? `: ${comment}` : "";
  return new DimseError("status", `The peer ended the query with status ${hex4(status)}${words}.`, { status });
}

function cancelled(): DimseError {
  return new DimseError("cancelled", "The query was cancelled.");
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}
