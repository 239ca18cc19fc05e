import type { IncomingMessage } from "node:http";
import { DicomWebError } from "./dicomweb-error.ts";
import { failureOfStatus } from "./failures.ts";
import type { Timers } from "./timers.ts";

/** An answer whose body is still to come. */
export interface WebAnswer {
  readonly status: number;
  /** Host and port, for people. */
  readonly where: string;
  header(name: string): string | undefined;
  /** The body; null when it is longer than that, or cut off in an error's answer. */
  bytes(maxBytes: number): Promise<Buffer | null>;
  /** The body as it comes; can be had once. */
  stream(): AsyncIterable<Buffer>;
}

export interface AnswerOptions {
  readonly where: string;
  readonly readMs: number;
  readonly timers: Timers;
  readonly isCancelled: () => boolean;
}

/** What came, with a deadline between its pieces. */
export function webAnswer(message: IncomingMessage, options: AnswerOptions): WebAnswer {
  const stream = (): AsyncIterable<Buffer> => streamOf(message, options);
  return {
    status: message.statusCode ?? 0,
    where: options.where,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    stream,
    bytes: async (maxBytes) => {
      if (Number(message.headers["content-length"] ?? 0) > maxBytes) return null;
      try {
        return await collect(stream(), maxBytes);
      } catch (cause) {
        // The status of a refusal is enough; a success must be read to its end.
        if (isSuccess(message) || options.isCancelled()) throw cause;
        return null;
      }
    },
  };
}

async function* streamOf(message: IncomingMessage, options: AnswerOptions): AsyncGenerator<Buffer, void> {
  const { where, readMs, timers } = options;
  const stopped = (): DicomWebError => {
    return new DicomWebError("timeout", `${where} stopped in the middle of its answer for ${readMs} ms.`);
  };
  timers.deadline("read", readMs, stopped);
  for await (const chunk of message as AsyncIterable<Buffer>) {
    // Time that the taker needs is not the server's.
    timers.settle("read");
    yield chunk;
    timers.deadline("read", readMs, stopped);
  }
  timers.settle("read");
}

export function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** The error for an answer that is no success. */
export function refused(answer: WebAnswer): DicomWebError {
  const { status, where } = answer;
  const [retryAfter, location] = [answer.header("retry-after"), answer.header("location")];
  return failureOfStatus({ status, where, retryAfter, location });
}

async function collect(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
