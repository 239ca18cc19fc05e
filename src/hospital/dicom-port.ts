import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../lib/log.ts";

const host = "127.0.0.1";
const maxConnections = 64;
/** Somebody else may have been given the number meanwhile, as the local end of a connection. */
const tryAgainMs = 100;

/** The hospital's DICOM port on loopback, which can be closed for a while and opened again under the same number. */
export class DicomPort implements AsyncDisposable {
  readonly #onSocket: (socket: Socket) => void;
  readonly #log: Log;
  readonly #sockets = new Set<Socket>();
  readonly #stopped = new AbortController();
  #number: number;
  #server: Server | undefined;
  #reopening: AbortController | undefined;

  /** `number`: 0 is any free one. */
  constructor(number: number, onSocket: (socket: Socket) => void, log: Log) {
    this.#number = number;
    this.#onSocket = onSocket;
    this.#log = log;
  }

  get number(): number {
    return this.#number;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  async open(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      this.#onSocket(socket);
    });
    server.maxConnections = maxConnections;
    server.listen(this.#number, host);
    await once(server, "listening");
    this.#server = server;
    const address = server.address();
    if (typeof address === "object" && address) this.#number = address.port;
  }

  /** Refuses new connections and destroys the ones there are, as when the program ends. */
  async close(): Promise<void> {
    this.#reopening?.abort();
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Closed when this resolves; open again after `ms`, or, without, when `open` is called. */
  async closeFor(ms: number | undefined): Promise<void> {
    await this.close();
    if (ms === undefined) return;
    const reopening = new AbortController();
    this.#reopening = reopening;
    void this.#reopen(ms, AbortSignal.any([reopening.signal, this.#stopped.signal]));
  }

  async #reopen(ms: number, signal: AbortSignal): Promise<void> {
    for (let pauseMs = ms; ; pauseMs = tryAgainMs) {
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const isOpen = await this.open().then(
        () => true,
        (error: unknown) => {
          this.#log.warn({ error: String(error) }, "the DICOM port cannot be opened again yet");
          return false;
        },
      );
      if (isOpen) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.close();
  }
}
