import { setTimeout as sleep } from "node:timers/promises";
import type { FaultBoard } from "./faults.ts";
import type { Gate } from "./incoming.ts";

/** What a fault can do to the connection; dcmjs-dimse has no way to break one, so this acts on the socket below it. */
export interface BreakableConnection {
  readonly closed: AbortSignal;
  /** Sends A-ABORT; what still comes is read and thrown away until the peer has closed (PS3.8 9.2.1, state 13). */
  abort(): void;
  /** TCP reset. */
  reset(): void;
  stopReading(): void;
}

/** How long a connection that is no longer read may stay before it is reset. */
const silentAtMostMs = 600_000;

/** The faults that strike while the data of one C-STORE arrives; undefined when there are none. */
export function dataFaults(faults: FaultBoard, connection: BreakableConnection): Gate | undefined {
  const throttle = faults.take("throttle");
  const abort = faults.take("abort-in-data");
  const close = faults.take("close-in-data");
  const stop = faults.take("stop-reading");
  if (!throttle && !abort && !close && !stop) return undefined;
  const { closed: signal } = connection;
  return async (receivedBytes, chunkBytes) => {
    if (throttle) await sleep((chunkBytes / throttle.bytesPerSecond) * 1000, undefined, { signal });
    if (abort && receivedBytes > abort.afterBytes) return connection.abort();
    if (close && receivedBytes > close.afterBytes) connection.reset();
    else if (stop && receivedBytes > stop.afterBytes) connection.stopReading();
    else return;
    await sleep(silentAtMostMs, undefined, { signal });
    connection.reset();
  };
}
