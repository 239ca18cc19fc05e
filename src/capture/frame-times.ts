/**
 * Which sequence number a copied JPEG has: the decoded branch prints the time stamp of every frame it counts, and the
 * copied packet carries the same time stamp. A frame that could not be decoded is printed nowhere and gets no number.
 */
export class FrameTimes {
  readonly #limit: number;
  readonly #seqOf = new Map<number, number>();
  #rest = "";

  constructor(limit = 600) {
    this.#limit = limit;
  }

  /** Lines of ffmpeg's `metadata=print`: `frame:12   pts:400000  pts_time:0.4`. Returns the numbers that are new. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, 200);
    for (const line of lines) {
      const found = /^frame:(\d+)\s+pts:(-?\d+)\s/.exec(line);
      if (found === null) continue;
      this.#seqOf.set(Number(found[2]), Number(found[1]));
      if (this.#seqOf.size > this.#limit) this.#forgetOldest();
    }
  }

  /** The sequence number of a time stamp in microseconds, or null; rounding may have moved it by one. */
  seqAt(time: number): number | null {
    for (const near of [time, time - 1, time + 1]) {
      const seq = this.#seqOf.get(near);
      if (seq !== undefined) return seq;
    }
    return null;
  }

  #forgetOldest(): void {
    const [oldest] = this.#seqOf.keys();
    if (oldest !== undefined) this.#seqOf.delete(oldest);
  }
}
