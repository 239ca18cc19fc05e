/** Cuts a stream of raw frames, all of one size, into buffers that are used again when their frame has left the ring. */
export class RawSplitter {
  readonly #frameBytes: number;
  readonly #onFrame: (bytes: Buffer, firstByteAtMs: number) => void;
  readonly #now: () => number;
  readonly #spare: Buffer[] = [];
  #current: Buffer | null = null;
  #filled = 0;
  #startedAtMs = 0;

  constructor(
    frameBytes: number,
    onFrame: (bytes: Buffer, firstByteAtMs: number) => void,
    now: () => number = Date.now,
  ) {
    this.#frameBytes = frameBytes;
    this.#onFrame = onFrame;
    this.#now = now;
  }

  /** Takes back a buffer that nobody reads any more. */
  recycle(bytes: Buffer): void {
    if (bytes.length === this.#frameBytes && this.#spare.length < 4) this.#spare.push(bytes);
  }

  /** Blanks the buffers that wait to be written into again. */
  blank(): void {
    for (const spare of this.#spare) spare.fill(0);
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#current === null) {
        this.#current = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#frameBytes);
        this.#filled = 0;
        this.#startedAtMs = this.#now();
      }
      const taken = chunk.copy(this.#current, this.#filled, at);
      this.#filled += taken;
      at += taken;
      if (this.#filled < this.#frameBytes) return;
      const whole = this.#current;
      this.#current = null;
      this.#onFrame(whole, this.#startedAtMs);
    }
  }
}
