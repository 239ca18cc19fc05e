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

  /** Blanks the buffers that wait to be written into again, and what of the current frame has not come yet. */
  blank(): void {
    for (const spare of this.#spare) spare.fill(0);
    this.#current?.fill(0, this.#filled);
  }

  /** Where the next bytes belong, to be written there straight away: the rest of the current frame, never empty. */
  space(): Buffer {
    this.#current ??= this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#frameBytes);
    return this.#current.subarray(this.#filled);
  }

  /** So many bytes, 1 or more, were written into what `space` gave last. */
  filled(count: number): void {
    if (this.#current === null) return;
    if (this.#filled === 0) this.#startedAtMs = this.#now();
    this.#filled += count;
    if (this.#filled < this.#frameBytes) return;
    const whole = this.#current;
    this.#current = null;
    this.#filled = 0;
    this.#onFrame(whole, this.#startedAtMs);
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const taken = chunk.copy(this.space(), 0, at);
      this.filled(taken);
      at += taken;
    }
  }
}
