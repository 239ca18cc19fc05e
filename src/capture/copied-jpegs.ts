import type { Box } from "./box-reader.ts";
import { readFragment } from "./fragments.ts";
import { FrameTimes } from "./frame-times.ts";

/** JPEGs whose number is not known yet; a source never has so many under way. */
const maxPending = 64;

/** Pairs the source's own JPEGs with the sequence numbers of their decoded frames, by time stamp. */
export class CopiedJpegs {
  readonly #times = new FrameTimes();
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

  addTimes(text: string): void {
    this.#times.push(text);
    this.#pair();
  }

  #pair(): void {
    // In order: a frame without a number before one that has it was not decodable, and is no frame of ours.
    for (let at = 0; at < this.#pending.length; ) {
      const jpeg = this.#pending[at];
      const seq = jpeg === undefined ? null : this.#times.seqAt(jpeg.time);
      if (jpeg === undefined || seq === null) {
        at += 1;
        continue;
      }
      this.#pending = this.#pending.slice(at + 1);
      at = 0;
      this.#onJpeg(jpeg.bytes, seq, jpeg.atMs);
    }
  }
}
