import { closeSync, open, read } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { DicomWebError } from "./dicomweb-error.ts";

const openFile = promisify(open);
const readFile = promisify(read);

/** Bytes at hand, or where they lie in a file. */
export type Piece = Buffer | { readonly file: string; readonly offset: number; readonly sizeBytes: number };

export interface BodyPiece {
  readonly piece: Piece;
  /** For errors: which instance it belongs to. */
  readonly sopInstanceUid?: string;
  /** At most this fast, bytes a second. */
  readonly maxBytesPerS?: number | undefined;
}

/** Two are read from disk while the others are written or wait for the network. */
const slabCount = 4;
const slabsAhead = 2;
const filesAhead = 8;
const slabBytes = 1_048_576;
/** A limited piece goes in steps of this long. */
const paceMs = 100;

/** A piece, or a part of one, on its way into a slab. */
interface Region {
  readonly index: number;
  readonly from: number;
  readonly at: number;
  readonly sizeBytes: number;
}

interface OpenFile {
  readonly descriptor: Promise<number>;
  /** Still to be read: two slabs may read from one file at the same time, and either may end first. */
  leftBytes: number;
}

interface Filled {
  readonly chunk: Buffer;
  /** How long it has to take at least. */
  readonly pauseMs: number;
}

/** A request's body, sent from files in memory that does not grow with it. For one request only. */
export class RequestBody {
  readonly sizeBytes: number;
  readonly #pieces: readonly BodyPiece[];
  readonly #slabs = Array.from({ length: slabCount }, () => Buffer.alloc(0));
  readonly #files = new Map<number, OpenFile>();
  #index = 0;
  #from = 0;
  #isHandedOver = false;

  constructor(pieces: readonly BodyPiece[]) {
    this.#pieces = pieces.filter(({ piece }) => bytesOf(piece) > 0);
    this.sizeBytes = pieces.reduce((sum, { piece }) => sum + bytesOf(piece), 0);
  }

  /** Every byte was given to `write`. */
  get isHandedOver(): boolean {
    return this.#isHandedOver;
  }

  /**
   * Gives the body to `write`, a slab at a time; a slab is used again when its write has settled. Resolves when all
   * have. Throws DicomWebError `file-unreadable`, or what `write` throws.
   */
  async send(write: (chunk: Buffer) => Promise<void>, signal: AbortSignal): Promise<void> {
    const flushed: Promise<void>[] = this.#slabs.map(() => Promise.resolve());
    const ahead: Promise<Filled>[] = [];
    const readAhead = (turn: number): void => {
      const regions = this.#plan();
      if (regions.length === 0) return;
      this.#openAhead();
      const filled = (flushed[turn] ?? Promise.resolve()).then(() => this.#fill(regions, turn));
      filled.catch(() => {});
      ahead.push(filled);
    };
    try {
      for (let turn = 0; turn < slabsAhead; turn += 1) readAhead(turn);
      for (let turn = 0; ; turn = (turn + 1) % slabCount) {
        const next = ahead.shift();
        if (next === undefined) break;
        const { chunk, pauseMs } = await next;
        readAhead((turn + slabsAhead) % slabCount);
        const written = write(chunk);
        written.catch(() => {});
        flushed[turn] = written;
        if (pauseMs > 0) await Promise.all([written, sleep(pauseMs, undefined, { signal })]);
      }
      this.#isHandedOver = true;
      await Promise.all(flushed);
    } finally {
      // A descriptor that is being read must not be closed: its number may be another file's by then.
      await Promise.allSettled(ahead);
      await Promise.all([...this.#files.keys()].map((index) => this.#close(index)));
    }
  }

  async #fill(regions: readonly Region[], turn: number): Promise<Filled> {
    let slab = this.#slabs[turn];
    if (slab === undefined || slab.length === 0) {
      // A body that fits into one slab needs no more than that.
      slab = Buffer.allocUnsafeSlow(Math.min(slabBytes, this.sizeBytes));
      this.#slabs[turn] = slab;
    }
    const into = slab;
    // All settle before an error leaves: none of them may go on reading into the slab or from a descriptor.
    const results = await Promise.allSettled(regions.map((region) => this.#read(region, into)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
    const last = regions.at(-1);
    if (last === undefined) return { chunk: slab.subarray(0, 0), pauseMs: 0 };
    const chunk = slab.subarray(0, last.at + last.sizeBytes);
    const limit = this.#pieces[last.index]?.maxBytesPerS;
    return { chunk, pauseMs: limit === undefined ? 0 : (chunk.length / limit) * 1000 };
  }

  /** Small files: the next ones are opened while these are read. */
  #openAhead(): void {
    for (let index = this.#index; index < this.#index + filesAhead; index += 1) {
      const piece = this.#pieces[index]?.piece;
      if (piece !== undefined && !Buffer.isBuffer(piece)) this.#fileOf(index, piece);
    }
  }

  /** The next slab's worth, small pieces together; a limited piece has slabs of its own, of what it may in `paceMs`. */
  #plan(): Region[] {
    const regions: Region[] = [];
    let at = 0;
    while (at < slabBytes) {
      const next = this.#pieces[this.#index];
      if (next === undefined) break;
      const { piece, maxBytesPerS } = next;
      if (maxBytesPerS !== undefined && regions.length > 0) break;
      const room = maxBytesPerS === undefined ? slabBytes - at : Math.max(1, Math.ceil((maxBytesPerS * paceMs) / 1000));
      const left = bytesOf(piece) - this.#from;
      // A small file is read in one go where that leaves no slab half empty.
      if (left > slabBytes - at && left <= slabBytes && at > slabBytes / 2) break;
      const sizeBytes = Math.min(left, room, slabBytes);
      regions.push({ index: this.#index, from: this.#from, at, sizeBytes });
      at += sizeBytes;
      this.#from = sizeBytes === left ? 0 : this.#from + sizeBytes;
      if (sizeBytes === left) this.#index += 1;
      if (maxBytesPerS !== undefined) break;
    }
    return regions;
  }

  async #read({ index, from, at, sizeBytes }: Region, slab: Buffer): Promise<void> {
    const body = this.#pieces[index];
    if (body === undefined) return;
    const { piece, sopInstanceUid } = body;
    if (Buffer.isBuffer(piece)) {
      piece.copy(slab, at, from, from + sizeBytes);
      return;
    }
    try {
      const descriptor = await this.#fileOf(index, piece).descriptor;
      for (let done = 0; done < sizeBytes; ) {
        const position = piece.offset + from + done;
        const { bytesRead } = await readFile(descriptor, slab, at + done, sizeBytes - done, position);
        if (bytesRead === 0) throw new Error("the file has become shorter");
        done += bytesRead;
      }
      await this.#isRead(index, sizeBytes);
    } catch (cause) {
      const message = "The file to send cannot be read, or is shorter than it should be.";
      throw new DicomWebError("file-unreadable", message, { cause, sopInstanceUid });
    }
  }

  #fileOf(index: number, piece: Exclude<Piece, Buffer>): OpenFile {
    const known = this.#files.get(index);
    if (known) return known;
    const descriptor = openFile(piece.file, "r");
    descriptor.catch(() => {});
    const opened = { descriptor, leftBytes: piece.sizeBytes };
    this.#files.set(index, opened);
    return opened;
  }

  async #isRead(index: number, bytes: number): Promise<void> {
    const file = this.#files.get(index);
    if (file === undefined) return;
    file.leftBytes -= bytes;
    if (file.leftBytes === 0) await this.#close(index);
  }

  async #close(index: number): Promise<void> {
    const file = this.#files.get(index);
    this.#files.delete(index);
    // Of a file that was only read, closing never waits for a disk.
    await file?.descriptor.then(closeSync, () => {});
  }
}

function bytesOf(piece: Piece): number {
  return Buffer.isBuffer(piece) ? piece.length : piece.sizeBytes;
}
