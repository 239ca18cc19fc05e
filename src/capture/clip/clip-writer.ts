import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../../lib/durable-file.ts";

/** Bytes that may wait for a slow disk before the clip ends for that reason. */
const maxWaitingBytes = 128 * 1024 * 1024;

/** A growing file: what is added is written in order and fsynced before the next is taken. */
export class ClipWriter {
  readonly #file: string;
  readonly #onError: (error: Error) => void;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #loop: Promise<void> | null = null;
  #handle: FileHandle | null = null;
  #failed: Error | null = null;

  constructor(file: string, onError: (error: Error) => void) {
    this.#file = file;
    this.#onError = onError;
  }

  /** Takes bytes and returns at once. An error ends the writer and is told once. */
  add(bytes: Buffer): void {
    if (this.#failed !== null) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > maxWaitingBytes) this.#fail(new Error("the disk is too slow"));
    this.#loop ??= this.#write();
  }

  /** Resolves when everything added so far is on the disk. Throws what writing threw. */
  async durable(): Promise<void> {
    while (this.#loop !== null) await this.#loop;
    if (this.#failed !== null) throw this.#failed;
  }

  /** Ends the file after what was added. Throws what writing threw; what was written before stays. */
  async close(): Promise<void> {
    try {
      await this.durable();
    } finally {
      await this.#handle?.close();
      this.#handle = null;
    }
  }

  async #write(): Promise<void> {
    try {
      if (this.#handle === null) {
        this.#handle = await open(this.#file, "wx");
        await syncFolder(dirname(this.#file));
      }
      while (this.#waiting.length > 0 && this.#failed === null) {
        const taken = this.#waiting;
        this.#waiting = [];
        this.#waitingBytes = 0;
        await writeAll(this.#handle, Buffer.concat(taken));
        await this.#handle.datasync();
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#loop = null;
    }
  }

  #fail(error: Error): void {
    if (this.#failed !== null) return;
    this.#failed = error;
    this.#waiting = [];
    this.#onError(error);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at);
    at += bytesWritten;
  }
}
