import { createHash } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { HospitalError } from "./hospital-error.ts";
import { type FileMeta, part10Header } from "./part10.ts";

export type IncomingMeta = FileMeta;

/** Called with the bytes of the data set received so far, before they are written; may wait, or break the connection. */
export type Gate = (receivedBytes: number, chunkBytes: number) => Promise<void>;

/**
 * One instance on its way to a `.part` file: the received bytes and nothing else behind a Part 10 header, hashed as
 * they pass. `write` always says "go on": dcmjs-dimse mixes up the order of fragments when it has to wait for `drain`,
 * so whoever owns the socket watches `writableLength` and pauses it.
 */
export class IncomingInstance extends Writable {
  readonly file: string;
  readonly meta: IncomingMeta;
  /** Set before the first byte. */
  gate: Gate | undefined;
  /** Set before the first byte: writing more than this fails, as on a disk that is full. */
  diskIsFullAfterBytes: number | undefined;
  /** Told after each write to the file, so that a paused socket can go on. */
  onWritten: (() => void) | undefined;
  readonly #hash = createHash("sha256");
  #handle: FileHandle | undefined;
  #bytes = 0;
  #failure: unknown;
  #isAbandoned = false;

  constructor(file: string, meta: IncomingMeta) {
    super({ highWaterMark: Number.MAX_SAFE_INTEGER });
    this.file = file;
    this.meta = meta;
    this.on("error", () => {});
  }

  override _construct(callback: (error?: Error | null) => void): void {
    const begin = async (): Promise<void> => {
      this.#handle = await open(this.file, "wx");
      await this.#handle.writeFile(part10Header(this.meta));
    };
    this.#keepingFailure(begin()).then(() => callback(), callback);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#take([chunk]).then(() => this.#written(callback), callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#take(chunks.map(({ chunk }) => chunk)).then(() => this.#written(callback), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    const end = async (): Promise<void> => {
      await this.#handle?.sync();
      await this.#close();
    };
    this.#keepingFailure(end()).then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#close().then(
      () => callback(error),
      () => callback(error),
    );
  }

  /** Size and SHA-256 of the data set once all of it is on disk, fsynced. Rejects with HospitalError `disk`. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    await finished(this).catch((cause: unknown) => {
      throw new HospitalError("incomplete", "the connection ended before the instance was complete", { cause });
    });
    if (this.#isAbandoned) throw new HospitalError("incomplete", "the instance was abandoned");
    if (this.#failure) {
      throw new HospitalError("disk", "the archive cannot write: look at its disk", { cause: this.#failure });
    }
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Removes the `.part` file; harmless when it is gone. */
  async discard(): Promise<void> {
    if (!this.destroyed) {
      this.destroy();
      await finished(this).catch(() => {});
    }
    await unlink(this.file).catch(() => {});
  }

  /** Removes the `.part` file at once and swallows what still comes, so that the connection can be read to its end. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    await this.#close();
    await unlink(this.file).catch(() => {});
  }

  async #take(chunks: readonly Buffer[]): Promise<void> {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (this.gate && !this.#isAbandoned) await this.gate(this.#bytes + size, size);
    if (this.#isAbandoned) return;
    this.#bytes += size;
    for (const chunk of chunks) this.#hash.update(chunk);
    if (this.#bytes > (this.diskIsFullAfterBytes ?? Number.POSITIVE_INFINITY)) {
      this.#failure ??= new Error("ENOSPC: no space left on device, as told");
      return;
    }
    await this.#keepingFailure(this.#handle?.writev([...chunks]) ?? Promise.resolve());
  }

  /** Only after the callback does `writableLength` know that these bytes are gone. */
  #written(callback: () => void): void {
    callback();
    this.onWritten?.();
  }

  /** A full disk must not stop the stream, or dcmjs-dimse waits for ever: the rest is swallowed and `finish` tells. */
  async #keepingFailure(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
