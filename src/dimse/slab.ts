import { pduHeaderBytes, pdvHeaderBytes } from "./pdu.ts";
import { maxFragmentBytes, writeDataHeader } from "./pdu-writer.ts";
import type { SourceFile } from "./source-file.ts";

const headBytes = pduHeaderBytes + pdvHeaderBytes;
/** One slab is written while the others are read from disk or wait for the network. */
const slabCount = 3;
const wantedSlabBytes = 1_048_576;
/** readv takes up to 1024 pieces; a peer that takes tiny PDUs gets smaller slabs. */
const maxFragments = 256;

/**
 * A buffer laid out as P-DATA-TF PDUs, one after the other, whose fragments are read from the file into their places:
 * one readv from the disk and one write to the socket move a megabyte, without a copy of ours.
 */
export class Slab {
  readonly #fragmentBytes: number;
  readonly #buffer: Buffer;
  readonly #fragments: Buffer[] = [];
  /** Settles when the socket holds no reference any more; never rejects. */
  #flushed: Promise<void> = Promise.resolve();
  #isFree = true;
  #sizeBytes = 0;

  constructor(fragmentBytes: number, count: number) {
    this.#fragmentBytes = fragmentBytes;
    this.#buffer = Buffer.allocUnsafeSlow((fragmentBytes + headBytes) * count);
    for (let at = headBytes; at < this.#buffer.length; at += fragmentBytes + headBytes) {
      this.#fragments.push(this.#buffer.subarray(at, at + fragmentBytes));
    }
  }

  get flushed(): Promise<void> {
    return this.#flushed;
  }

  get isFree(): boolean {
    return this.#isFree;
  }

  /** How much of the data set it holds. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Reads a piece, of at most the ring's `pieceBytes`. Throws DimseError `file-unreadable`. */
  async read(file: SourceFile, position: number, sizeBytes: number): Promise<void> {
    this.#sizeBytes = sizeBytes;
    const count = Math.ceil(sizeBytes / this.#fragmentBytes);
    const views = this.#fragments.slice(0, count);
    const last = views[count - 1];
    if (last) views[count - 1] = last.subarray(0, sizeBytes - (count - 1) * this.#fragmentBytes);
    await file.readInto(views, position, sizeBytes);
  }

  /** The piece as PDUs. */
  pdus(contextId: number, isLast: boolean): Buffer {
    let at = 0;
    for (let left = this.#sizeBytes; left > 0; left -= this.#fragmentBytes) {
      const fragmentBytes = Math.min(left, this.#fragmentBytes);
      const isEnd = left <= this.#fragmentBytes;
      writeDataHeader(this.#buffer, at, { contextId, isCommand: false, isLast: isLast && isEnd, fragmentBytes });
      at += headBytes + fragmentBytes;
    }
    return this.#buffer.subarray(0, at);
  }

  /** The slab is in use until this work has settled. */
  occupy(work: Promise<unknown>): void {
    this.#isFree = false;
    const free = (): void => {
      if (this.#flushed === flushed) this.#isFree = true;
    };
    const flushed: Promise<void> = work.then(free, free);
    this.#flushed = flushed;
  }
}

/** The slabs of one association, used in turn and kept from one C-STORE to the next. */
export class SlabRing {
  readonly #fragmentBytes: number;
  readonly #fragmentCount: number;
  readonly #slabs: Slab[] = [];
  #turn = 0;

  constructor(maxPduBytes: number) {
    this.#fragmentBytes = maxFragmentBytes(maxPduBytes);
    const fitting = Math.floor(wantedSlabBytes / (this.#fragmentBytes + headBytes));
    this.#fragmentCount = Math.min(Math.max(1, fitting), maxFragments);
  }

  /** What one slab holds of a data set. */
  get pieceBytes(): number {
    return this.#fragmentBytes * this.#fragmentCount;
  }

  next(): Slab {
    const turn = this.#turn;
    this.#turn = (turn + 1) % slabCount;
    const slab = this.#slabs[turn] ?? new Slab(this.#fragmentBytes, this.#fragmentCount);
    this.#slabs[turn] = slab;
    return slab;
  }
}
