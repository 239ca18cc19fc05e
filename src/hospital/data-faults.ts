import { setTimeout as sleep } from "node:timers/promises";
import type { FaultBoard } from "./faults.ts";
import type { Gate } from "./incoming.ts";
import type { Line } from "./line.ts";

/** What a fault can do in the data; dcmjs-dimse has no way to break a connection, so this acts on the socket below. */
export interface DataLine extends Pick<Line, "closed" | "abort" | "reset" | "stopReading"> {
  /** Sends the answer now, with this status. */
  answerEarly(status: number): void;
}

/** How long a connection that is no longer read may stay before it is reset. */
const silentAtMostMs = 600_000;

/** The faults that strike while the data of one C-STORE arrives; undefined when there are none. */
export function dataFaults(faults: FaultBoard, line: DataLine): Gate | undefined {
  const slow = faults.take("slow-reader");
  const abort = faults.take("abort-in-data");
  const close = faults.take("close-in-data");
  const stop = faults.take("stop-reading");
  let early = faults.take("early-answer");
  if (!slow && !abort && !close && !stop && !early) return undefined;
  const { closed: signal } = line;
  return async (receivedBytes, chunkBytes) => {
    if (slow) await sleep((chunkBytes / slow.bytesPerS) * 1000, undefined, { signal });
    if (early && receivedBytes > (early.afterBytes ?? 0)) {
      line.answerEarly(Number.parseInt(early.status ?? "0000", 16));
      early = undefined;
    }
    if (abort && receivedBytes > abort.afterBytes) return line.abort();
    if (close && receivedBytes > close.afterBytes) line.reset();
    else if (stop && receivedBytes > stop.afterBytes) line.stopReading();
    else return;
    await sleep(silentAtMostMs, undefined, { signal });
    line.reset();
  };
}
