import { type Slab, SlabRing } from "./slab.ts";
import { type Extent, SourceFile } from "./source-file.ts";

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
  #ahead: { readonly extent: Extent; readonly opened: Promise<Opened> } | undefined;

  constructor(maxPduBytes: number) {
    this.slabs = new SlabRing(maxPduBytes);
  }

  /** From what was read ahead, or now. Throws DimseError `file-unreadable`. */
  open(extent: Extent): Promise<Opened> {
    const ahead = this.#ahead;
    if (ahead && isSame(ahead.extent, extent)) {
      this.#ahead = undefined;
      return ahead.opened;
    }
    this.discard();
    return this.#read(extent);
  }

  /** Reads ahead; a failure is told when it is opened. */
  prepare(extent: Extent): void {
    this.discard();
    const opened = this.#read(extent);
    opened.catch(() => {});
    this.#ahead = { extent, opened };
  }

  /** Forgets what was read ahead and was not asked for. */
  discard(): void {
    this.#ahead?.opened.then(({ file }) => file.close()).catch(() => {});
    this.#ahead = undefined;
  }

  #read(extent: Extent): Promise<Opened> {
    const first = this.slabs.next();
    const before = first.flushed;
    const opened = (async () => {
      await before;
      const file = await SourceFile.open(extent);
      try {
        await first.read(file, extent.offset, Math.min(this.slabs.pieceBytes, extent.sizeBytes));
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

function isSame(one: Extent, other: Extent): boolean {
  return one.file === other.file && one.offset === other.offset && one.sizeBytes === other.sizeBytes;
}
