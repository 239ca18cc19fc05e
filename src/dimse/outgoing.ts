import { type Slab, SlabRing } from "./slab.ts";
import { type Source, SourceFile, totalBytes } from "./source-file.ts";
import { throttledPieceBytes } from "./throttle.ts";

/** A data set on disk, and how fast it may leave at most. */
export interface Send extends Source {
  readonly maxBytesPerS?: number;
}

/** A file whose first piece lies in a slab, ready to be sent. */
export interface Opened {
  readonly file: SourceFile;
  readonly first: Slab;
}

/**
 * What an association sends next. While the peer thinks about one instance, the beginning of the following one is
 * read: without it, an association of small instances waits for the disk and the peer in turn.
 */
export class Outgoing {
  readonly slabs: SlabRing;
  #ahead: { readonly send: Send; readonly opened: Promise<Opened> } | undefined;

  constructor(maxPduBytes: number) {
    this.slabs = new SlabRing(maxPduBytes);
  }

  /** How much of it is read and handed to the socket at a time. */
  pieceBytes({ maxBytesPerS }: Send): number {
    return Math.min(this.slabs.pieceBytes, throttledPieceBytes(maxBytesPerS));
  }

  /** From what was read ahead, or now. Throws DimseError `file-unreadable`. */
  open(send: Send): Promise<Opened> {
    const ahead = this.#ahead;
    if (ahead && isSame(ahead.send, send)) {
      this.#ahead = undefined;
      return ahead.opened;
    }
    this.discard();
    return this.#read(send);
  }

  /** Reads ahead; a failure is told when it is opened. */
  prepare(send: Send): void {
    this.discard();
    const opened = this.#read(send);
    opened.catch(() => {});
    this.#ahead = { send, opened };
  }

  /** Forgets what was read ahead and was not asked for. */
  discard(): void {
    this.#ahead?.opened.then(({ file }) => file.close()).catch(() => {});
    this.#ahead = undefined;
  }

  #read(send: Send): Promise<Opened> {
    const first = this.slabs.next();
    const before = first.flushed;
    const opened = (async () => {
      await before;
      const file = await SourceFile.open(send);
      try {
        await first.read(file, 0, Math.min(this.pieceBytes(send), totalBytes(send)));
      } catch (error) {
        file.close();
        throw error;
      }
      return { file, first };
    })();
    first.occupy(opened);
    return opened;
  }
}

function isSame(one: Send, other: Send): boolean {
  return (
    one.file === other.file &&
    one.offset === other.offset &&
    one.sizeBytes === other.sizeBytes &&
    one.maxBytesPerS === other.maxBytesPerS &&
    isSameHead(one.head, other.head)
  );
}

function isSameHead(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.equals(other));
}
