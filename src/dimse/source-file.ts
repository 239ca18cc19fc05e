import { closeSync, fstatSync, open, readv } from "node:fs";
import { promisify } from "node:util";
import { DimseError } from "./dimse-error.ts";

const openAsync = promisify(open);

/** Where a data set lies: `head`, where there is one, and after it this part of the file. */
export interface Source {
  readonly file: string;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly head?: Buffer;
}

export function totalBytes({ head, sizeBytes }: Source): number {
  return (head?.length ?? 0) + sizeBytes;
}

/**
 * A file being sent, on the plain descriptor: for small instances a FileHandle cost half as much again as opening and
 * reading them (200 against 140 µs for 400 KB).
 */
export class SourceFile {
  readonly #descriptor: number;
  readonly #source: Source;

  constructor(descriptor: number, source: Source) {
    this.#descriptor = descriptor;
    this.#source = source;
  }

  /** Throws DimseError `file-unreadable`, also when the file ends before the part to send does. */
  static async open(source: Source): Promise<SourceFile> {
    const descriptor = await openAsync(source.file, "r").catch((cause: unknown) => {
      throw new DimseError("file-unreadable", "The file to send cannot be opened.", { cause });
    });
    const file = new SourceFile(descriptor, source);
    // Of an open file this is a look into memory, not at the disk.
    if (fstatSync(descriptor).size >= source.offset + source.sizeBytes) return file;
    file.close();
    throw tooShort();
  }

  /** Fills all the views with the data set from `position` on. Throws DimseError `file-unreadable`. */
  async readInto(views: readonly Buffer[], position: number, sizeBytes: number): Promise<void> {
    const { head, offset } = this.#source;
    const headBytes = head?.length ?? 0;
    let left = views;
    let done = 0;
    if (head && position < headBytes) {
      done = copyInto(views, head.subarray(position, position + sizeBytes));
      left = without(left, done);
    }
    while (done < sizeBytes) {
      const bytesRead = await this.#readSome(left, offset + position + done - headBytes);
      if (bytesRead === 0) throw tooShort();
      done += bytesRead;
      if (done < sizeBytes) left = without(left, bytesRead);
    }
  }

  /** Of a file that was only read, closing never waits for a disk. */
  close(): void {
    closeSync(this.#descriptor);
  }

  #readSome(views: readonly Buffer[], position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      readv(this.#descriptor, views, position, (cause, bytesRead) => {
        if (cause) reject(new DimseError("file-unreadable", "The file to send cannot be read.", { cause }));
        else resolve(bytesRead);
      });
    });
  }
}

function tooShort(): DimseError {
  return new DimseError("file-unreadable", "The file to send is shorter than it should be.");
}

function copyInto(views: readonly Buffer[], bytes: Buffer): number {
  let at = 0;
  for (const view of views) {
    if (at === bytes.length) break;
    at += bytes.copy(view, 0, at);
  }
  return at;
}

/** The views that are still to be filled after a short read. */
function without(views: readonly Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  return views.flatMap((view) => {
    const skipped = Math.min(skip, view.length);
    skip -= skipped;
    return skipped === view.length ? [] : [view.subarray(skipped)];
  });
}
