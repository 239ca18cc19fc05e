/** Pieces of a throttled message leave about four times a second, so that the peer never takes it for a silence. */
const piecesPerS = 4;
const smallestPieceBytes = 1_024;

/** How long the pieces of a throttled data set are; Infinity: as long as it suits. Even, as every fragment must be. */
export function throttledPieceBytes(maxBytesPerS: number | undefined): number {
  if (maxBytesPerS === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(smallestPieceBytes, 2 * Math.floor(maxBytesPerS / piecesPerS / 2));
}

/** Holds a sender back to a rate. The time that it waited is told, since it says nothing about the peer. */
export class Throttle {
  readonly #maxBytesPerS: number;
  readonly #startedAt = performance.now();
  waitedMs = 0;

  constructor(maxBytesPerS: number) {
    this.#maxBytesPerS = maxBytesPerS;
  }

  /** Settles when this much may have been sent, or with `interrupt`. */
  async ready(sentBytes: number, interrupt: Promise<void>): Promise<void> {
    const before = performance.now();
    const ms = this.#startedAt + (sentBytes / this.#maxBytesPerS) * 1_000 - before;
    if (ms <= 0) return;
    await within(ms, interrupt);
    this.waitedMs += performance.now() - before;
  }
}

/** Settles with `work`, which never rejects, or after this time; the timer does not stay. True: in time. */
export async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
