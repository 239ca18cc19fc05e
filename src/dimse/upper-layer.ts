import type { Socket } from "node:net";
import { asDimseError, DimseError } from "./dimse-error.ts";
import type { Deadlines } from "./limits.ts";
import type { Pdu } from "./pdu.ts";
import { PduFramer } from "./pdu-framer.ts";
import { encodeAbort } from "./pdu-writer.ts";
import { type AbortReason, abortByUser, abortInvalidParameter } from "./reasons.ts";
import { tlsFailure } from "./tls-profile.ts";
import { inTlsPieces, isTlsSocket, withoutGather } from "./tls-writing.ts";

/** How long a peer may take to close its side once ours is over. */
const lingerMs = 1_000;

export interface UpperLayerListener {
  /** A whole PDU; what this throws aborts the association. */
  onPdu(pdu: Pdu): void;
  /** Called once; undefined: it ended as it should. */
  onEnd(error: DimseError | undefined): void;
}

export interface UpperLayerOptions {
  readonly deadlines: Pick<Deadlines, "readMs" | "writeMs">;
  /** The longest P-DATA-TF we take. */
  readonly maxPduBytes: number;
}

/**
 * PDUs over one TCP connection, both ways, with back-pressure: `write` settles when the bytes are with the kernel, and
 * `pause` stops reading. Deadlines count silence only, never the duration of a transfer.
 */
export class UpperLayer {
  readonly #socket: Socket;
  readonly #options: UpperLayerOptions;
  readonly #framer: PduFramer;
  readonly #isTls: boolean;
  readonly #closed = Promise.withResolvers<void>();
  #listener: UpperLayerListener;
  #readTimer: NodeJS.Timeout | undefined;
  #lingerTimer: NodeJS.Timeout | undefined;
  #isOver = false;
  #failure: DimseError | undefined;

  constructor(socket: Socket, listener: UpperLayerListener, options: UpperLayerOptions) {
    this.#socket = socket;
    this.#listener = listener;
    this.#options = options;
    this.#framer = new PduFramer(options.maxPduBytes);
    this.#isTls = isTlsSocket(socket);
    if (this.#isTls) withoutGather(socket);
  }

  start(): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    // Node restarts this timer while a write makes progress, so it counts time without a byte taken.
    socket.setTimeout(this.#options.deadlines.writeMs);
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("end", () => this.#lost());
    socket.on("error", (cause) => this.#lost(cause));
    socket.on("timeout", () => this.#onSilence());
    socket.on("close", () => {
      clearTimeout(this.#lingerTimer);
      this.#lost();
      this.#closed.resolve();
    });
  }

  /** Settles when the connection is gone, however it went. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  setListener(listener: UpperLayerListener): void {
    this.#listener = listener;
  }

  /**
   * Sends whole PDUs in one gather. Settles when the kernel has them: only then may the buffers be used again.
   * Rejects with the DimseError that ended the association.
   */
  write(chunks: readonly Buffer[]): Promise<void> {
    if (this.#isOver) return Promise.reject(this.#failure ?? associationOver());
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      const done = (cause?: Error | null): void => {
        if (cause) reject(this.#failure ?? closedByPeer(cause));
        else resolve();
      };
      const pieces = this.#isTls ? inTlsPieces(chunks) : chunks;
      if (!this.#isTls) socket.cork();
      for (const [index, piece] of pieces.entries()) {
        if (index === pieces.length - 1) socket.write(piece, done);
        else socket.write(piece);
      }
      if (!this.#isTls) socket.uncork();
    });
  }

  /** Stops reading from the network until `resume`. */
  pause(): void {
    this.#socket.pause();
    clearTimeout(this.#readTimer);
  }

  resume(): void {
    if (!this.#socket.isPaused()) return;
    this.#socket.resume();
    this.#watchPartialPdu();
  }

  /** A-ABORT (PS3.8 9.3.8), then the end; everything pending ends with `error`. */
  abort(error: DimseError, why: AbortReason = abortByUser): void {
    this.#finish(error, { lastWords: encodeAbort(why.source, why.reason), isHalfClosed: true, graceMs: lingerMs });
  }

  /** The orderly end of the requestor: the connection is ours to close (PS3.8 9.2.3, AR-3). */
  close(): void {
    this.#finish(undefined, { isHalfClosed: true, graceMs: lingerMs });
  }

  /** The end of the acceptor: last words, then the peer closes, or we after a while (ARTIM timer, PS3.8 9.1.5). */
  closeAfter(lastWords: Buffer, error?: DimseError): void {
    this.#finish(error, { lastWords, isHalfClosed: false, graceMs: lingerMs });
  }

  /** The end without a word: the peer said A-ABORT, or there is nobody to talk to. */
  drop(error: DimseError): void {
    this.#finish(error, undefined);
  }

  #finish(
    error: DimseError | undefined,
    farewell: { lastWords?: Buffer; isHalfClosed: boolean; graceMs: number } | undefined,
  ): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = error;
    clearTimeout(this.#readTimer);
    const socket = this.#socket;
    if (farewell === undefined || socket.destroyed || !socket.writable) socket.destroy();
    else {
      // Bytes still to come are read and thrown away: closing over them would make TCP throw away our last words.
      socket.resume();
      if (farewell.lastWords) socket.write(farewell.lastWords);
      if (farewell.isHalfClosed) socket.end();
      this.#lingerTimer = setTimeout(() => socket.destroy(), farewell.graceMs);
    }
    this.#listener.onEnd(error);
  }

  #onData(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      for (const pdu of this.#framer.push(chunk)) {
        this.#listener.onPdu(pdu);
        if (this.#isOver) return;
      }
    } catch (reason) {
      this.abort(asDimseError(reason, "protocol", "What the peer sent cannot be read."), abortInvalidParameter);
      return;
    }
    this.#watchPartialPdu();
  }

  #watchPartialPdu(): void {
    clearTimeout(this.#readTimer);
    if (!this.#framer.isPartial || this.#socket.isPaused()) return;
    const { readMs } = this.#options.deadlines;
    this.#readTimer = setTimeout(() => {
      this.abort(new DimseError("timeout", `The peer stopped in the middle of a message for ${readMs} ms.`));
    }, readMs);
  }

  #onSilence(): void {
    if (this.#socket.writableLength === 0 || this.#isOver) return;
    const { writeMs } = this.#options.deadlines;
    this.abort(new DimseError("timeout", `The peer took no data for ${writeMs} ms.`));
  }

  #lost(cause?: Error): void {
    if (this.#isOver) {
      if (cause) this.#socket.destroy();
      return;
    }
    this.#finish(closedByPeer(cause), undefined);
  }
}

function closedByPeer(cause?: Error): DimseError {
  // With TLS 1.3 the other side looks at our certificate only after we take the connection for made.
  const tls = tlsFailure("the peer", cause);
  if (tls) return tls;
  const how = cause ? ` (${"code" in cause ? String(cause.code) : cause.message})` : "";
  return new DimseError("closed-by-peer", `The connection was closed without a word from the peer${how}.`, { cause });
}

export function associationOver(): DimseError {
  return new DimseError("invalid-request", "The association is over: open another one.");
}
