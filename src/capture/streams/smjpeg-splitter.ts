const endOfHeader = Buffer.from("HEND");
const chunkHeaderBytes = 12;
const headerLimitBytes = 4096;

export class SmjpegError extends Error {}

/**
 * Cuts ffmpeg's `smjpeg` into JPEGs, each handed on as soon as its last byte is there. After a header that ends in `HEND`
 * each picture is `vidD`, its time in ms (u32, big-endian), its length (u32) and the JPEG. https://wiki.multimedia.cx/index.php/SMJPEG
 */
export class SmjpegSplitter {
  readonly #limitBytes: number;
  readonly #onJpeg: (jpeg: Buffer, timeMs: number, firstByteAtMs: number) => void;
  readonly #now: () => number;
  #chunks: Buffer[] = [];
  #size = 0;
  #isBegun = false;
  #startedAtMs = 0;
  /** No whole picture is there before so many bytes are. */
  #wanted = 0;
  /** The time is 32 bits wide and begins again after 49 days. */
  #turns = 0;
  #lastTime = 0;

  constructor(
    limitBytes: number,
    onJpeg: (jpeg: Buffer, timeMs: number, firstByteAtMs: number) => void,
    now: () => number = Date.now,
  ) {
    this.#limitBytes = limitBytes;
    this.#onJpeg = onJpeg;
    this.#now = now;
  }

  /** Throws SmjpegError where the bytes are no such stream or a picture is larger than the limit. */
  push(chunk: Buffer): void {
    if (this.#size === 0) this.#startedAtMs = this.#now();
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const whole = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#size);
    const rest = this.#cut(this.#isBegun ? whole : this.#afterHeader(whole));
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
  }

  #afterHeader(bytes: Buffer): Buffer {
    const end = bytes.indexOf(endOfHeader);
    if (end === -1 && bytes.length > headerLimitBytes) throw new SmjpegError("the preview has no header");
    if (end === -1) return bytes;
    this.#isBegun = true;
    return bytes.subarray(end + endOfHeader.length);
  }

  #cut(bytes: Buffer): Buffer {
    let at = 0;
    this.#wanted = 0;
    while (this.#isBegun && at + chunkHeaderBytes <= bytes.length) {
      if (bytes.toString("latin1", at, at + 4) !== "vidD") throw new SmjpegError("no picture where one begins");
      const length = bytes.readUInt32BE(at + 8);
      if (length > this.#limitBytes) throw new SmjpegError(`a picture is larger than ${this.#limitBytes} bytes`);
      const end = at + chunkHeaderBytes + length;
      if (end > bytes.length) {
        this.#wanted = end - at;
        break;
      }
      this.#onJpeg(
        bytes.subarray(at + chunkHeaderBytes, end),
        this.#time(bytes.readUInt32BE(at + 4)),
        this.#startedAtMs,
      );
      this.#startedAtMs = this.#now();
      at = end;
    }
    return bytes.subarray(at);
  }

  #time(time: number): number {
    if (time < this.#lastTime) this.#turns += 1;
    this.#lastTime = time;
    return this.#turns * 2 ** 32 + time;
  }
}
