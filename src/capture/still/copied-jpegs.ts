import { readFragment } from "../clip/fragments.ts";
import type { Box } from "../streams/box-reader.ts";

/** JPEGs whose number is not known yet; a source never has so many under way. */
const maxPending = 64;
const maxTimes = 600;

/** Pairs the source's own JPEGs with the sequence numbers of their decoded frames, by time stamp. */
export class CopiedJpegs {
  /** Sequence numbers by time stamp, oldest first; of several with one stamp in their order. */
  readonly #seqsOf = new Map<number, number[]>();
  #lastSeq = -1;
  readonly #onJpeg: (bytes: Buffer, seq: number, atMs: number) => void;
  readonly #now: () => number;
  #pending: { time: number; bytes: Buffer; atMs: number }[] = [];
  #moofTime: number | null = null;

  constructor(onJpeg: (bytes: Buffer, seq: number, atMs: number) => void, now: () => number = Date.now) {
    this.#onJpeg = onJpeg;
    this.#now = now;
  }

  /** A box of the copied stream: one JPEG a fragment, its decode time in microseconds. */
  addBox(box: Box): void {
    if (box.type === "moof") this.#moofTime = readFragment(box).decodeTime;
    if (box.type !== "mdat" || this.#moofTime === null) return;
    this.#pending.push({ time: this.#moofTime, bytes: box.bytes.subarray(box.content), atMs: this.#now() });
    this.#moofTime = null;
    if (this.#pending.length > maxPending) this.#pending.shift();
    this.#pair();
  }

  /** The decoded branch counted a frame: the copied packet of the same time stamp has this number. */
  addTime(seq: number, timeUs: number): void {
    this.#seqsOf.set(timeUs, [...(this.#seqsOf.get(timeUs) ?? []), seq].slice(-maxPending));
    const [oldest] = this.#seqsOf.keys();
    if (this.#seqsOf.size > maxTimes && oldest !== undefined) this.#seqsOf.delete(oldest);
    this.#pair();
  }

  #pair(): void {
    // In order: a frame without a number before one that has it was not decodable, and is no frame of ours.
    for (let at = 0; at < this.#pending.length; ) {
      const jpeg = this.#pending[at];
      const seq = jpeg === undefined ? null : this.#seqAt(jpeg.time);
      if (jpeg === undefined || seq === null) {
        at += 1;
        continue;
      }
      this.#pending = this.#pending.slice(at + 1);
      at = 0;
      this.#lastSeq = seq;
      this.#onJpeg(jpeg.bytes, seq, jpeg.atMs);
    }
  }

  /**
   * Rounding may have moved a time stamp by one, and the muxer one that was not later than the one before. No number goes
   * to two pictures, or back. A frame that could not be decoded was counted nowhere: null.
   */
  #seqAt(time: number): number | null {
    for (const near of [time, time - 1, time + 1]) {
      const seq = this.#seqsOf.get(near)?.find((one) => one > this.#lastSeq);
      if (seq !== undefined) return seq;
    }
    return null;
  }
}
