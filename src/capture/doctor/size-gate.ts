import type { ArrivingSize } from "../command-line/graph.ts";

/** The size is said before the first frame; one that is never said is taken to be right. */
const waitMs = 500;

/**
 * Lets frames through once the size of what arrives is known to be the one that the filters were made for: a picture of
 * another size would be stretched.
 */
export class SizeGate {
  readonly #made: ArrivingSize;
  #state: "waiting" | "right" | "other" = "waiting";
  #firstAtMs: number | null = null;

  constructor(made: ArrivingSize) {
    this.#made = made;
  }

  /** False: the filters have to be made anew for this size. */
  arrives({ width, height }: ArrivingSize): boolean {
    const isRight = width === this.#made.width && height === this.#made.height;
    this.#state = isRight && this.#state !== "other" ? "right" : "other";
    return isRight;
  }

  /** Whether what came at this time, ms of a monotonic clock, may be shown and kept. */
  isOpen(nowMs: number): boolean {
    this.#firstAtMs ??= nowMs;
    return this.#state === "right" || (this.#state === "waiting" && nowMs - this.#firstAtMs > waitMs);
  }
}
