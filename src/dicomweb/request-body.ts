import { close, open, read } from "node:fs";
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

/** One is written while the others are read from disk or wait for the network. */
const slabCount = 3;
const slabBytes = 1_048_576;
/** A limited piece goes in steps of this long. */
const paceMs = 100;

/** A piece, or a part of one, on its way into a slab. */
interface Region {
  readonly index: number;
  readonly from: number;
  readonly at: number;
  readonly sizeBytes: number;
  readonly isLast: boolean;
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
  readonly #descriptors = new Map<number, Promise<number>>();
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
    const fill = async (turn: number): Promise<Filled | undefined> => {
      await flushed[turn];
      return this.#fill(turn);
    };
    let ahead = fill(0);
    try {
      for (let turn = 0; ; ) {
        const filled = await ahead;
        if (filled === undefined) break;
        const next = (turn + 1) % slabCount;
        ahead = fill(next);
        ahead.catch(() => {});
        const written = write(filled.chunk);
        written.catch(() => {});
        flushed[turn] = written;
        if (filled.pauseMs > 0) await Promise.all([written, sleep(filled.pauseMs, undefined, { signal })]);
        turn = next;
      }
      this.#isHandedOver = true;
      await Promise.all(flushed);
    } finally {
      // A descriptor that is being read must not be closed: its number may be another file's by then.
      await ahead.catch(() => {});
      await this.#closeAll();
    }
  }

  async #fill(turn: number): Promise<Filled | undefined> {
    const regions = this.#plan();
    const last = regions.at(-1);
    if (last === undefined) return undefined;
    let slab = this.#slabs[turn] ?? Buffer.alloc(0);
    if (slab.length === 0) {
      // A body that fits into one slab needs no more than that.
      slab = Buffer.allocUnsafeSlow(Math.min(slabBytes, this.sizeBytes));
      this.#slabs[turn] = slab;
    }
    // All settle before an error leaves: none of them may go on reading into the slab or from a descriptor.
    const results = await Promise.allSettled(regions.map((region) => this.#read(region, slab)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
    const chunk = slab.subarray(0, last.at + last.sizeBytes);
    const limit = this.#pieces[last.index]?.maxBytesPerS;
    return { chunk, pauseMs: limit === undefined ? 0 : (chunk.length / limit) * 1000 };
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
      const sizeBytes = Math.min(left, room, slabBytes);
      const isLast = sizeBytes === left;
      regions.push({ index: this.#index, from: this.#from, at, sizeBytes, isLast });
      at += sizeBytes;
      this.#from = isLast ? 0 : this.#from + sizeBytes;
      if (isLast) this.#index += 1;
      if (maxBytesPerS !== undefined) break;
    }
    return regions;
  }

  async #read({ index, from, at, sizeBytes, isLast }: Region, slab: Buffer): Promise<void> {
    const body = this.#pieces[index];
    if (body === undefined) return;
    const { piece, sopInstanceUid } = body;
    if (Buffer.isBuffer(piece)) {
      piece.copy(slab, at, from, from + sizeBytes);
      return;
    }
    try {
      const descriptor = await this.#descriptor(index, piece);
      for (let done = 0; done < sizeBytes; ) {
        const position = piece.offset + from + done;
        const { bytesRead } = await readFile(descriptor, slab, at + done, sizeBytes - done, position);
        if (bytesRead === 0) throw new Error("the file has become shorter");
        done += bytesRead;
      }
      if (isLast) await this.#close(index);
    } catch (cause) {
      const message = "The file to send cannot be read, or is shorter than it should be.";
      throw new DicomWebError("file-unreadable", message, { cause, sopInstanceUid });
    }
  }

  #descriptor(index: number, piece: Exclude<Piece, Buffer>): Promise<number> {
    const known = this.#descriptors.get(index);
    if (known) return known;
    const opened = openFile(piece.file, "r");
    this.#descriptors.set(index, opened);
    return opened;
  }

  async #close(index: number): Promise<void> {
    const descriptor = this.#descriptors.get(index);
    this.#descriptors.delete(index);
    if (descriptor === undefined) return;
    await descriptor.then(
      (number) => new Promise<void>((resolve) => close(number, () => resolve())),
      () => {},
    );
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#descriptors.keys()].map((index) => this.#close(index)));
  }
}

function bytesOf(piece: Piece): number {
  return Buffer.isBuffer(piece) ? piece.length : piece.sizeBytes;
}
