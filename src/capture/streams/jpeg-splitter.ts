const startOfScan = 0xda;
const endOfImage = Buffer.from([0xff, 0xd9]);

export class JpegStreamError extends Error {}

/**
 * Cuts a stream of JPEGs into pictures, each handed on as soon as its last byte is there. Headers are walked by their
 * lengths and the end is looked for only after the start of scan: tables may hold the bytes of an end marker.
 */
export class JpegSplitter {
  readonly #limitBytes: number;
  readonly #onJpeg: (jpeg: Buffer, firstByteAtMs: number) => void;
  readonly #now: () => number;
  #chunks: Buffer[] = [];
  #size = 0;
  #startedAtMs = 0;

  constructor(limitBytes: number, onJpeg: (jpeg: Buffer, firstByteAtMs: number) => void, now: () => number = Date.now) {
    this.#limitBytes = limitBytes;
    this.#onJpeg = onJpeg;
    this.#now = now;
  }

  /** Throws JpegStreamError where the bytes are no JPEG or one is larger than the limit. */
  push(chunk: Buffer): void {
    if (this.#size === 0) this.#startedAtMs = this.#now();
    // Only a chunk that can hold an end is worth joining; the last byte kept may be its first half.
    const before = this.#chunks.at(-1);
    const splitEnd = before?.at(-1) === 0xff && chunk[0] === 0xd9;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > this.#limitBytes) throw new JpegStreamError(`a JPEG is larger than ${this.#limitBytes} bytes`);
    if (!splitEnd && chunk.indexOf(endOfImage) === -1) return;
    this.#cut();
  }

  #cut(): void {
    let bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size);
    while (bytes !== undefined && bytes.length > 0) {
      const end = endOfJpeg(bytes);
      if (end === -1) break;
      this.#onJpeg(bytes.subarray(0, end), this.#startedAtMs);
      bytes = bytes.subarray(end);
      this.#startedAtMs = this.#now();
    }
    this.#chunks = bytes === undefined || bytes.length === 0 ? [] : [bytes];
    this.#size = bytes?.length ?? 0;
  }
}

/** Offset just after the first JPEG in `bytes`, or -1 where it is not complete. */
function endOfJpeg(bytes: Buffer): number {
  if (bytes[0] !== 0xff || (bytes.length > 1 && bytes[1] !== 0xd8))
    throw new JpegStreamError("no JPEG where one begins");
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new JpegStreamError("a JPEG header is broken");
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) throw new JpegStreamError("a JPEG header is broken");
    at += 2 + length;
    if (marker === startOfScan) {
      const end = at <= bytes.length ? bytes.indexOf(endOfImage, at) : -1;
      return end === -1 ? -1 : end + 2;
    }
  }
  return -1;
}
