/** ISO base media file format (ISO/IEC 14496-12), as far as one video track needs it. */

export class BoxError extends Error {}

export interface Box {
  readonly type: string;
  /** The whole box, its header too. */
  readonly bytes: Buffer;
  /** Offset of its contents in `bytes`. */
  readonly content: number;
}

/** Cuts a stream into top-level boxes, however its chunks fall. */
export class BoxReader {
  readonly #limitBytes: number;
  readonly #onBox: (box: Box) => void;
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = 8;

  constructor(limitBytes: number, onBox: (box: Box) => void) {
    this.#limitBytes = limitBytes;
    this.#onBox = onBox;
  }

  /** Throws BoxError where a box claims to be larger than the limit or smaller than its header. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= this.#wanted) {
      let bytes =
        this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size);
      for (;;) {
        const header = readHeader(bytes, 0, this.#limitBytes);
        this.#wanted = header?.size ?? 16;
        if (bytes.length < 8) this.#wanted = 8;
        if (header === null || bytes.length < header.size) break;
        this.#onBox({ type: header.type, bytes: bytes.subarray(0, header.size), content: header.content });
        bytes = bytes.subarray(header.size);
      }
      this.#chunks = bytes.length === 0 ? [] : [bytes];
      this.#size = bytes.length;
    }
  }
}

export interface BoxHeader {
  readonly type: string;
  readonly size: number;
  readonly content: number;
}

/** The header at `at`, or null where it is not complete. Sizes of 0 ("to the end") are refused: nothing here has them. */
export function readHeader(bytes: Buffer, at: number, limitBytes: number): BoxHeader | null {
  if (at + 8 > bytes.length) return null;
  const type = bytes.toString("latin1", at + 4, at + 8);
  const short = bytes.readUInt32BE(at);
  const large = short === 1;
  if (large && at + 16 > bytes.length) return null;
  const size = large ? Number(bytes.readBigUInt64BE(at + 8)) : short;
  const content = large ? 16 : 8;
  if (size < content) throw new BoxError(`box ${JSON.stringify(type)} claims a size of ${size}`);
  if (size > limitBytes) throw new BoxError(`box ${JSON.stringify(type)} of ${size} bytes is over the limit`);
  return { type, size, content };
}

/** The boxes inside a stretch of bytes. Throws BoxError where one reaches beyond its parent. */
export function childBoxes(bytes: Buffer, from: number, to = bytes.length): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < to; ) {
    const header = readHeader(bytes, at, to - at);
    if (header === null) throw new BoxError("a box is cut off");
    boxes.push({ type: header.type, bytes: bytes.subarray(at, at + header.size), content: header.content });
    at += header.size;
  }
  return boxes;
}

/** The first box on a path of types, such as `trak/mdia/mdhd`, or null. */
export function findBox(parent: Box, path: string): Box | null {
  let box: Box = parent;
  for (const type of path.split("/")) {
    const child = childBoxes(box.bytes, box.content).find((one) => one.type === type);
    if (child === undefined) return null;
    box = child;
  }
  return box;
}

/** Contents after version and flags (14496-12 4.2). Reads beyond its end throw RangeError. */
export function fullBox(box: Box): { version: number; flags: number; body: Buffer } {
  const word = box.bytes.readUInt32BE(box.content);
  return { version: word >>> 24, flags: word & 0xffffff, body: box.bytes.subarray(box.content + 4) };
}
