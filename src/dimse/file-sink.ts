import { createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import type { Sink } from "./message-reader.ts";
import { malformed } from "./pdu-reader.ts";

export interface FileSinkOptions {
  readonly file: string;
  readonly maxBytes: number;
  /** More waits for the disk than is good: nothing more should come for now. */
  readonly onFull: () => void;
  readonly onDrained: () => void;
}

/** Writes a data set to a file while it comes; never more than asked for, in the file or waiting for it. */
export class FileSink implements Sink {
  readonly #options: FileSinkOptions;
  readonly #stream: WriteStream;
  readonly #finished: Promise<Error | undefined>;
  sizeBytes = 0;

  constructor(options: FileSinkOptions) {
    this.#options = options;
    this.#stream = createWriteStream(options.file, { highWaterMark: 4_194_304 });
    this.#stream.on("drain", options.onDrained);
    this.#finished = finished(this.#stream).then(
      () => undefined,
      (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))),
    );
    // A disk that fails must not leave the network waiting for it.
    this.#finished.then(options.onDrained);
  }

  /** Throws DimseError `protocol` beyond the limit. */
  write(fragment: Buffer): void {
    this.sizeBytes += fragment.length;
    if (this.sizeBytes > this.#options.maxBytes) {
      throw malformed(`it sends more than the ${this.#options.maxBytes} bytes that were to be read back`);
    }
    if (this.#stream.destroyed) return;
    if (!this.#stream.write(fragment)) this.#options.onFull();
  }

  /** Settles when all of it is in the file; the error when it is not. */
  async end(): Promise<Error | undefined> {
    this.#stream.end();
    return this.#finished;
  }

  /** Of half an instance nothing is left. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    await this.#finished;
    await rm(this.#options.file, { force: true });
  }
}
