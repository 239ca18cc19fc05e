import type { FrameRef } from "../capture-types.ts";

/** A picture as it was shown. */
export interface ShownFrame extends FrameRef {
  readonly jpeg: Buffer;
}

export interface PreviewRingLimits {
  readonly frames: number;
  readonly bytes: number;
}

/** The small pictures of the last seconds, in memory only, by number: thumbnails, and what a look back is seen by. */
export class PreviewRing {
  readonly #limits: PreviewRingLimits;
  readonly #frames = new Map<string, ShownFrame>();
  #bytes = 0;

  constructor(limits: PreviewRingLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the newest one. The bytes are copied: a pipe's chunk is not kept for the sake of a part of it. */
  push({ epoch, seq, jpeg }: ShownFrame): void {
    this.#frames.set(`${epoch}/${seq}`, { epoch, seq, jpeg: Buffer.from(jpeg) });
    this.#bytes += jpeg.length;
    for (const [key, oldest] of this.#frames) {
      if (this.#frames.size <= this.#limits.frames && this.#bytes <= this.#limits.bytes) break;
      this.#frames.delete(key);
      this.#bytes -= oldest.jpeg.length;
    }
  }

  find({ epoch, seq }: FrameRef): ShownFrame | null {
    return this.#frames.get(`${epoch}/${seq}`) ?? null;
  }

  /** Those of an epoch from `fromSeq` on, oldest first. */
  since(epoch: number, fromSeq: number): ShownFrame[] {
    return [...this.#frames.values()].filter((frame) => frame.epoch === epoch && frame.seq >= fromSeq);
  }

  /** Forgets every picture. */
  empty(): void {
    for (const { jpeg } of this.#frames.values()) jpeg.fill(0);
    this.#frames.clear();
    this.#bytes = 0;
  }
}
