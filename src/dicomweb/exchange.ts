import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { DicomWebError } from "./dicomweb-error.ts";
import { cancelled, failureOf } from "./failures.ts";
import type { RequestBody } from "./request-body.ts";
import { type Destination, type DicomWebTarget, destinationOf } from "./target.ts";
import { Timers } from "./timers.ts";
import { type AnswerOptions, isSuccess, type WebAnswer, webAnswer } from "./web-answer.ts";

export interface WebRequest {
  readonly method: "GET" | "POST";
  /** What follows the target's URL, query included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Made anew for each connection it is sent on. */
  readonly body?: () => RequestBody;
  readonly signal?: AbortSignal | undefined;
  /** From the beginning of an answer to its end; by default the target's `responseMs`. */
  readonly answerMs?: number;
}

/** Informational answers (1xx) before the real one; more are meant to hold us. */
const maxInterim = 100;

/**
 * One request and what `take` makes of its answer. Every wait has its deadline, and what fails closes the connection.
 * Redirects are not followed. Throws DicomWebError; a status other than success is `take`'s to judge.
 */
export async function exchange<T>(
  target: DicomWebTarget,
  request: WebRequest,
  take: (answer: WebAnswer) => Promise<T>,
): Promise<T> {
  const first = new Exchange(target, request, false);
  try {
    return await first.run(take);
  } catch (error) {
    if (!first.wasStale) throw error;
    // The server closed a kept connection just as we used it again: it has seen nothing, and a UID may come twice.
    return await new Exchange(target, request, true).run(take);
  }
}

class Exchange {
  readonly #target: DicomWebTarget;
  readonly #request: WebRequest;
  readonly #isFresh: boolean;
  readonly #over = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #answered = Promise.withResolvers<IncomingMessage>();
  readonly #timers = new Timers((error) => this.#fail(error));
  #destination: Destination | undefined;
  #client: ClientRequest | undefined;
  #socket: Socket | undefined;
  #answer: IncomingMessage | undefined;
  #error: DicomWebError | undefined;
  #isConnected = false;
  #slabsWritten = 0;
  #interim = 0;

  constructor(target: DicomWebTarget, request: WebRequest, isFresh: boolean) {
    this.#target = target;
    this.#request = request;
    this.#isFresh = isFresh;
    this.#failed.promise.catch(() => {});
  }

  /** It failed on a connection that had been kept open, before anything came back. */
  get wasStale(): boolean {
    return this.#client?.reusedSocket === true && !this.#answer && this.#error?.code === "closed-by-peer";
  }

  async run<T>(take: (answer: WebAnswer) => Promise<T>): Promise<T> {
    const { signal, body } = this.#request;
    const onAbort = (): void => this.#fail(cancelled());
    let sent = Promise.resolve();
    try {
      if (signal?.aborted) throw cancelled();
      signal?.addEventListener("abort", onAbort);
      const content = body?.();
      const connected = this.#open(content);
      sent = connected.then(() => this.#send(content));
      sent.catch((cause: unknown) => {
        if (!this.#isRefused) this.#failWith(cause);
      });
      const message = await Promise.race([this.#answered.promise, this.#failed.promise]);
      const result = await take(webAnswer(message, this.#answerOptions));
      if (!this.#isRefused) {
        // It has answered to the end; had it not got everything by then, it cannot have stored it.
        if (content && !content.isHandedOver) throw answeredEarly(this.#where);
        await sent;
      }
      if (!message.complete || !this.#client?.writableFinished) this.#client?.destroy();
      return result;
    } catch (cause) {
      this.#failWith(cause);
      // What `take` makes of a refusal counts, also when its body was cut off by a deadline.
      throw cause instanceof DicomWebError ? cause : (this.#error ?? cause);
    } finally {
      // Whatever still waits to be written ends, and the files are closed.
      this.#failed.reject(cancelled());
      await sent.catch(() => {});
      signal?.removeEventListener("abort", onAbort);
      this.#timers.settleAll();
      this.#socket?.off("timeout", this.#onSilence);
      this.#over.abort();
    }
  }

  get #isRefused(): boolean {
    return this.#answer !== undefined && !isSuccess(this.#answer);
  }

  get #where(): string {
    return this.#destination?.where ?? "the node";
  }

  /** Resolves when there is a connection. */
  #open(content: RequestBody | undefined): Promise<void> {
    const { method, path, headers } = this.#request;
    const { connectMs } = this.#target.deadlines;
    const destination = destinationOf(this.#target, path, this.#isFresh);
    this.#destination = destination;
    const length = content === undefined ? {} : { "content-length": content.sizeBytes };
    const options = {
      ...destination.options,
      method,
      headers: { ...destination.options.headers, ...headers, ...length },
    };
    const client = destination.isSecure ? requestHttps(options) : requestHttp(options);
    this.#client = client;
    const within = `within ${connectMs} ms`;
    this.#timers.deadline("connect", connectMs, () => {
      const message = `No connection to ${destination.where} ${within}: is the host on?`;
      return new DicomWebError("connect-timeout", message);
    });
    const connected = Promise.withResolvers<void>();
    client.on("error", (cause) => this.#fail(failureOf(cause, destination.where, this.#isConnected)));
    client.on("information", () => this.#onInterim());
    client.on("upgrade", (_message, socket) => {
      socket.destroy();
      this.#fail(new DicomWebError("protocol", `${destination.where} wants to speak something other than HTTP.`));
    });
    client.on("response", (message) => this.#onResponse(message));
    client.on("socket", (socket) => {
      this.#socket = socket;
      socket.setNoDelay(true);
      if (client.reusedSocket) connected.resolve();
      else socket.once(destination.isSecure ? "secureConnect" : "connect", () => connected.resolve());
    });
    return Promise.race([connected.promise, this.#failed.promise]).then(() => {
      this.#isConnected = true;
      this.#timers.settle("connect");
    });
  }

  async #send(content: RequestBody | undefined): Promise<void> {
    const client = this.#client;
    const socket = this.#socket;
    if (!client || !socket) return;
    if (content) {
      const { writeMs } = this.#target.deadlines;
      // Node restarts this timer while a write makes progress, so it counts time without a byte taken.
      socket.setTimeout(writeMs);
      socket.on("timeout", this.#onSilence);
      this.#watchAnswersWithoutReading(socket, writeMs);
      await content.send((chunk) => this.#write(client, chunk), this.#over.signal);
    }
    client.end();
    this.#timers.settle("write");
    if (this.#answer) return;
    const { responseMs } = this.#target.deadlines;
    this.#timers.deadline("response", responseMs, () => {
      return new DicomWebError("timeout", `${this.#where} did not answer within ${responseMs} ms.`);
    });
  }

  #write(client: ClientRequest, chunk: Buffer): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      client.write(chunk, (cause) => (cause ? reject(cause) : resolve()));
    });
    // What Node throws away with a broken connection it does not always tell.
    return Promise.race([written, this.#failed.promise]).then(() => {
      this.#slabsWritten += 1;
      this.#timers.extend("answer");
    });
  }

  readonly #onSilence = (): void => {
    if ((this.#socket?.writableLength ?? 0) > 0) this.#failUnread();
  };

  /** What the server says must not keep alive a request that it does not read. */
  #watchAnswersWithoutReading(socket: Socket, writeMs: number): void {
    let [slabs, heard, stuck] = [this.#slabsWritten, socket.bytesRead, 0];
    const look = (): void => {
      const isStuck = socket.writableLength > 0 && slabs === this.#slabsWritten && heard !== socket.bytesRead;
      // Twice in a row: once may be a TLS ticket on a slow line.
      stuck = isStuck ? stuck + 1 : 0;
      if (stuck > 1) this.#failUnread();
      [slabs, heard] = [this.#slabsWritten, socket.bytesRead];
      this.#timers.extend("write");
    };
    this.#timers.after("write", writeMs, look);
  }

  #failUnread(): void {
    const { writeMs } = this.#target.deadlines;
    this.#fail(new DicomWebError("timeout", `${this.#where} took no data for ${writeMs} ms.`));
  }

  get #answerOptions(): AnswerOptions {
    const { readMs } = this.#target.deadlines;
    const isCancelled = (): boolean => this.#error?.code === "cancelled";
    return { where: this.#where, readMs, timers: this.#timers, isCancelled };
  }

  #onInterim(): void {
    this.#interim += 1;
    if (this.#interim <= maxInterim) return;
    this.#fail(new DicomWebError("protocol", `${this.#where} answers without end that an answer will come.`));
  }

  #onResponse(message: IncomingMessage): void {
    this.#answer = message;
    this.#timers.settle("response");
    const answerMs = this.#request.answerMs ?? this.#target.deadlines.responseMs;
    this.#timers.deadline("answer", answerMs, () => {
      return new DicomWebError("timeout", `The answer of ${this.#where} had not ended after ${answerMs} ms.`);
    });
    this.#answered.resolve(message);
  }

  #failWith(cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.#fail(failureOf(error, this.#where, this.#isConnected));
  }

  #fail(error: DicomWebError): void {
    if (this.#error) return;
    this.#error = error;
    this.#failed.reject(error);
    this.#over.abort();
    this.#client?.destroy();
  }
}

function answeredEarly(where: string): DicomWebError {
  return new DicomWebError(
    "protocol",
    `${where} answered before it had got everything, so its answer cannot be right.`,
  );
}
