import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../../lib/durable-file.ts";

/** Bytes that may wait for a slow disk before the clip ends for that reason. */
const maxWaitingBytes = 128 * 1024 * 1024;
/** Written and fsynced at once: a look back of minutes is written in such pieces. */
const pieceBytes = 8 * 1024 * 1024;

interface Waiting {
  readonly bytes: Buffer;
  readonly atMs: number;
  /** Was in memory anyway, and says nothing of the disk. */
  readonly isRemembered: boolean;
}

export interface ClipWriterOptions {
  readonly onError: (error: Error) => void;
  /** After each fsync: how long what it wrote had been in memory only, in ms. */
  readonly onSynced?: (waitedMs: number) => void;
}

/** A growing file: what is added is written in order and fsynced before the next is taken. */
export class ClipWriter {
  readonly #file: string;
  readonly #options: ClipWriterOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** How many pieces were added, and how many of them are on the disk. */
  #added = 0;
  #synced = 0;
  #afterSync = Promise.withResolvers<void>();
  #loop: Promise<void> | null = null;
  #handle: FileHandle | null = null;
  #failed: Error | null = null;

  constructor(file: string, options: ClipWriterOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Takes bytes and returns at once. An error ends the writer and is told once. */
  add(bytes: Buffer, isRemembered = false): void {
    if (this.#failed !== null) return;
    this.#added += 1;
    this.#waiting.push({ bytes, atMs: performance.now(), isRemembered });
    if (!isRemembered) this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > maxWaitingBytes) this.#fail(new Error("the disk is too slow"));
    this.#loop ??= this.#write();
  }

  /** Resolves when everything added so far is on the disk, whatever is added meanwhile. Throws what writing threw. */
  async durable(): Promise<void> {
    const upTo = this.#added;
    while (this.#synced < upTo && this.#failed === null) await this.#afterSync.promise;
    if (this.#failed !== null) throw this.#failed;
  }

  /** Ends the file after what was added. Throws what writing threw; what was written before stays. */
  async close(): Promise<void> {
    try {
      await this.durable();
    } finally {
      // A write that is under way when the clip fails still has the file.
      await this.#loop;
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
        const piece = this.#takePiece();
        await writeAll(this.#handle, Buffer.concat(piece.map(({ bytes }) => bytes)));
        await this.#handle.datasync();
        this.#synced += piece.length;
        this.#wake();
        const oldest = piece.find(({ isRemembered }) => !isRemembered);
        if (oldest !== undefined) this.#options.onSynced?.(performance.now() - oldest.atMs);
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#loop = null;
    }
  }

  #takePiece(): Waiting[] {
    let [count, bytes] = [0, 0];
    for (const one of this.#waiting) {
      if (count > 0 && bytes + one.bytes.length > pieceBytes) break;
      count += 1;
      bytes += one.bytes.length;
    }
    const piece = this.#waiting.splice(0, count);
    for (const one of piece) if (!one.isRemembered) this.#waitingBytes -= one.bytes.length;
    return piece;
  }

  #fail(error: Error): void {
    if (this.#failed !== null) return;
    this.#failed = error;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#wake();
    this.#options.onError(error);
  }

  #wake(): void {
    this.#afterSync.resolve();
    this.#afterSync = Promise.withResolvers<void>();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at);
    at += bytesWritten;
  }
}
