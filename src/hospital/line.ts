import type { AnswerFate } from "./faults.ts";

/** A connection as the services see it: what they may know of it and do to it. */
export interface Line {
  readonly callingAeTitle: string;
  readonly closed: AbortSignal;
  /** Sends A-ABORT; what still comes is read and thrown away until the peer has closed (PS3.8 9.2.1, state 13). */
  abort(): void;
  /** TCP reset. */
  reset(): void;
  stopReading(): void;
  /** To be called when more, or less, is waiting to be written to disk. */
  watchBuffer(): void;
  /** Rejects when the connection closes meanwhile. */
  pause(ms: number): Promise<void>;
}

/** Waits as long as the answer is late, and then says whether to send it; what comes instead has been done. */
export async function isToBeSent(line: Line, { delayMs, end }: AnswerFate): Promise<boolean> {
  await line.pause(delayMs);
  switch (end) {
    case "answer":
      return true;
    case "hang":
      return false;
    case "close":
      line.reset();
      return false;
    case "abort":
      line.abort();
      return false;
    default:
      return end satisfies never;
  }
}

const somewhereElse = 7919;

/** A Message ID that was not asked with. */
export function wrongMessageId(messageId: number): number {
  return (messageId + somewhereElse) % 65_536;
}

/** An instance that nobody asked about. */
export const wrongSopInstanceUid = "2.25.99999999991";
