import type { FrameRef } from "../capture-types.ts";

/** A picture as it was shown. */
export interface ShownFrame extends FrameRef {
  readonly jpeg: Buffer;
}

export interface PreviewRingLimits {
  /** So many of the newest, every one of them. */
  readonly frames: number;
  readonly bytes: number;
  /** Behind those: one in so many, as far back as so many frames before the newest. Absent: none. */
  readonly older?: { readonly everyNth: number; readonly reach: number };
}

/** The small pictures of the last seconds, in memory only, by number: thumbnails, and what a look back is seen by. */
export class PreviewRing {
  readonly #limits: PreviewRingLimits;
  /** Oldest first; of those that are not new any more, only some. */
  readonly #older = new Map<string, ShownFrame>();
  readonly #frames = new Map<string, ShownFrame>();
  #newestOlder: FrameRef | null = null;
  #bytes = 0;

  constructor(limits: PreviewRingLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the newest one. The bytes are copied: a pipe's chunk is not kept for the sake of a part of it. */
  push({ epoch, seq, jpeg }: ShownFrame): void {
    const { frames, bytes, older } = this.#limits;
    this.#frames.set(keyOf({ epoch, seq }), { epoch, seq, jpeg: Buffer.from(jpeg) });
    this.#bytes += jpeg.length;
    for (const [key, frame] of this.#frames) {
      if (this.#frames.size <= frames) break;
      this.#frames.delete(key);
      if (this.#isToStay(frame)) this.#older.set(key, frame);
      else this.#bytes -= frame.jpeg.length;
    }
    for (const [key, frame] of this.#older) {
      // What another start of the input showed cannot be kept any more.
      const isOut = frame.epoch !== epoch || frame.seq < seq - (older?.reach ?? 0);
      if (!isOut && this.#bytes <= bytes) break;
      this.#older.delete(key);
      this.#bytes -= frame.jpeg.length;
    }
    for (const [key, frame] of this.#frames) {
      if (this.#bytes <= bytes) break;
      this.#frames.delete(key);
      this.#bytes -= frame.jpeg.length;
    }
  }

  newest(): ShownFrame | null {
    return [...this.#frames.values()].at(-1) ?? null;
  }

  find(frame: FrameRef): ShownFrame | null {
    return this.#frames.get(keyOf(frame)) ?? this.#older.get(keyOf(frame)) ?? null;
  }

  /** Those of an epoch from `fromSeq` on, oldest first. */
  since(epoch: number, fromSeq: number): ShownFrame[] {
    const all = [...this.#older.values(), ...this.#frames.values()];
    return all.filter((frame) => frame.epoch === epoch && frame.seq >= fromSeq);
  }

  /** Forgets every picture. */
  empty(): void {
    for (const ring of [this.#older, this.#frames]) {
      for (const { jpeg } of ring.values()) jpeg.fill(0);
      ring.clear();
    }
    this.#newestOlder = null;
    this.#bytes = 0;
  }

  #isToStay(frame: ShownFrame): boolean {
    const { older } = this.#limits;
    const last = this.#newestOlder;
    if (older === undefined) return false;
    if (last?.epoch === frame.epoch && frame.seq - last.seq < older.everyNth) return false;
    this.#newestOlder = { epoch: frame.epoch, seq: frame.seq };
    return true;
  }
}

const keyOf = ({ epoch, seq }: FrameRef): string => `${epoch}/${seq}`;
