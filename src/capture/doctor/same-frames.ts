/** Since when every frame is the same, byte by byte: a camera has noise, a picture that stands still has none. */
export class SameFrames {
  #last: Buffer | null = null;
  #sinceMs: number | null = null;

  /** `bytes` of a frame, to be written into again no sooner than after the next; times in ms of a monotonic clock. */
  onFrame(bytes: Buffer, nowMs: number): void {
    const last = this.#last;
    // The same memory, written into again, says nothing of the frame that was in it.
    const isOther = last !== null && (last.buffer !== bytes.buffer || last.byteOffset !== bytes.byteOffset);
    const isSame = isOther && last.equals(bytes);
    this.#sinceMs = isSame ? (this.#sinceMs ?? nowMs) : null;
    this.#last = bytes;
  }

  /** For how long, ms; 0: the newest frame differs from the one before. */
  sameForMs(nowMs: number): number {
    return this.#sinceMs === null ? 0 : nowMs - this.#sinceMs;
  }
}
