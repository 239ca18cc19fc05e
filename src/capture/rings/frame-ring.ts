import type { FrameRef } from "../capture-types.ts";

export interface RingFrame extends FrameRef {
  /** Wall clock when its first byte arrived. */
  readonly atMs: number;
  readonly bytes: Buffer;
}

export interface FrameRingLimits {
  readonly frames: number;
  readonly bytes: number;
}

interface Waiter {
  readonly frame: FrameRef;
  readonly resolve: (found: RingFrame | null) => void;
  readonly timer: NodeJS.Timeout;
}

/** The last seconds of full-resolution frames, in memory only. Over a limit, the oldest frame goes. */
export class FrameRing {
  readonly #limits: FrameRingLimits;
  readonly #frames: RingFrame[] = [];
  readonly #waiters = new Set<Waiter>();
  /** Kept beyond the limits, until they are let go. */
  #held = new Set<RingFrame>();
  #bytes = 0;

  constructor(limits: FrameRingLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#frames.length;
  }

  /** Those held included. */
  get bytes(): number {
    const inRing = new Set(this.#frames);
    return [...this.#held].reduce((sum, frame) => sum + (inRing.has(frame) ? 0 : frame.bytes.length), this.#bytes);
  }

  newest(): RingFrame | null {
    return this.#frames.at(-1) ?? null;
  }

  /** Adds the newest frame. Returns the buffers of the frames that had to go, to be written into again. */
  push(frame: RingFrame): Buffer[] {
    const freed: Buffer[] = [];
    this.#frames.push(frame);
    this.#bytes += frame.bytes.length;
    while (this.#frames.length > 1 && (this.#frames.length > this.#limits.frames || this.#bytes > this.#limits.bytes)) {
      const oldest = this.#frames.shift();
      if (oldest === undefined) break;
      this.#bytes -= oldest.bytes.length;
      if (!this.#held.has(oldest)) freed.push(oldest.bytes);
    }
    for (const waiter of this.#waiters) {
      // The frame itself, or a later one: then it will not come any more.
      if (frame.epoch > waiter.frame.epoch) this.#settle(waiter, null);
      else if (frame.epoch === waiter.frame.epoch && frame.seq >= waiter.frame.seq)
        this.#settle(waiter, this.find(waiter.frame));
    }
    return freed;
  }

  find({ epoch, seq }: FrameRef): RingFrame | null {
    const isIt = (frame: RingFrame): boolean => frame.epoch === epoch && frame.seq === seq;
    return this.#frames.findLast(isIt) ?? [...this.#held].find(isIt) ?? null;
  }

  /** The frames of an epoch from `fromSeq` on stay, beyond the limits too, until `release`; one hold at a time. */
  hold(epoch: number, fromSeq: number): void {
    this.#held = new Set(this.#frames.filter((frame) => frame.epoch === epoch && frame.seq >= fromSeq));
  }

  release(): void {
    this.#held.clear();
  }

  /** The frame closest to one that is not here: same epoch by number; the newest for one that left long ago. */
  nearest({ epoch, seq }: FrameRef): RingFrame | null {
    const [oldest] = this.#frames;
    if (oldest?.epoch === epoch && seq < oldest.seq) return this.newest();
    let best: RingFrame | null = null;
    for (const frame of this.#frames) {
      if (frame.epoch !== epoch) continue;
      if (best === null || Math.abs(frame.seq - seq) < Math.abs(best.seq - seq)) best = frame;
    }
    return best ?? this.newest();
  }

  /**
   * The frame, waiting for it where the preview overtook it. Null: it has left the ring, or did not come in time. The
   * bytes are valid only until the caller gives way: copy them.
   */
  async wait(frame: FrameRef, timeoutMs: number): Promise<RingFrame | null> {
    const newest = this.newest();
    const found = this.find(frame);
    if (found !== null) return { ...found, bytes: Buffer.from(found.bytes) };
    const gone =
      newest !== null && (newest.epoch > frame.epoch || (newest.epoch === frame.epoch && newest.seq > frame.seq));
    if (gone) return null;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(waiter, null), timeoutMs);
      const waiter: Waiter = { frame, resolve, timer };
      this.#waiters.add(waiter);
    });
  }

  /** Ends every wait: no more frames of this epoch will come. */
  endWaits(): void {
    for (const waiter of this.#waiters) this.#settle(waiter, null);
  }

  /** Forgets every frame, so that nobody can look back beyond this moment. */
  empty(): void {
    for (const frame of [...this.#frames, ...this.#held]) frame.bytes.fill(0);
    this.#held.clear();
    this.#frames.length = 0;
    this.#bytes = 0;
  }

  #settle(waiter: Waiter, found: RingFrame | null): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
    // Copied here, before the ring can reuse the bytes.
    waiter.resolve(found === null ? null : { ...found, bytes: Buffer.from(found.bytes) });
  }
}
