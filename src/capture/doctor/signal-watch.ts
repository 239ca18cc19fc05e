export interface SignalWatchOptions {
  /** No picture: said once, then pictures may still come while the child waits for its input. */
  readonly onSilent: () => void;
  /** The child will not recover by itself. */
  readonly onGiveUp: () => void;
  readonly now?: () => number;
}

const tickMs = 200;
/** Longest gap between full frames, and longest wait for the first before the screen says so. */
const gapMs = 1200;
const firstFrameMs = 1500;
/** A child that never had a picture may be waiting for one (UDP, a card without signal): it is let wait this long. */
const giveUpMs = 10_000;

/** Notices within 2 s that no more frames come. */
export class SignalWatch {
  readonly #options: SignalWatchOptions;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt: number;
  #lastFrameAt: number | null = null;
  #lastTickAt: number;
  #silent = false;

  constructor(options: SignalWatchOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#startedAt = this.#now();
    this.#lastTickAt = this.#startedAt;
    this.#timer = setInterval(() => this.tick(), tickMs);
  }

  frame(): void {
    this.#lastFrameAt = this.#now();
    this.#silent = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  tick(): void {
    const now = this.#now();
    // We were held up ourselves: what the child wrote meanwhile is still unread.
    const late = now - this.#lastTickAt > 3 * tickMs;
    this.#lastTickAt = now;
    if (late) return;
    const quietMs = now - (this.#lastFrameAt ?? this.#startedAt);
    if (quietMs > (this.#lastFrameAt === null ? firstFrameMs : gapMs) && !this.#silent) {
      this.#silent = true;
      this.#options.onSilent();
      // It had a picture and lost it: a fresh child finds the signal again, this one may hang.
      if (this.#lastFrameAt !== null) this.#options.onGiveUp();
    }
    if (this.#lastFrameAt === null && quietMs > giveUpMs) this.#options.onGiveUp();
  }
}
