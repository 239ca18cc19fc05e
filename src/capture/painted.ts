import type { FrameRef } from "./capture-types.ts";

/** A kiosk that shows a moving picture paints every frame; one that has said nothing for so long shows none. */
const freshMs = 500;

interface Said {
  readonly frame: FrameRef;
  readonly atMs: number;
}

/** Which frame the screens painted last: what a press without a screen means. Times are of a monotonic clock. */
export class Painted {
  #kiosk: Said | null = null;
  #other: Said | null = null;

  note(frame: FrameRef, isKiosk: boolean, nowMs: number): void {
    const said = { frame, atMs: nowMs };
    if (isKiosk) this.#kiosk = said;
    else this.#other = said;
  }

  /** The kiosk's, else any screen's; null: none of this epoch was painted just now. */
  last(epoch: number, nowMs: number): FrameRef | null {
    const isFresh = (said: Said | null): boolean =>
      said !== null && said.frame.epoch === epoch && nowMs - said.atMs <= freshMs;
    if (isFresh(this.#kiosk)) return this.#kiosk?.frame ?? null;
    return isFresh(this.#other) ? (this.#other?.frame ?? null) : null;
  }

  forget(): void {
    this.#kiosk = null;
    this.#other = null;
  }
}
