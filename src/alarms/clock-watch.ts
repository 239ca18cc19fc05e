import { stat } from "node:fs/promises";
import { type Clock, monotonicMs } from "../lib/clock.ts";

export interface ClockFacts {
  /** The last jump of the wall clock in this run: by so much; 0: none. */
  readonly steppedBySeconds: number;
  /** When, by the clock as it is since then. */
  readonly stepAt: number | null;
  /** How far the wall clock went away from one that nobody sets, since the start. */
  readonly offsetSeconds: number;
  /** Null: this box does not say. */
  readonly isSynchronised: boolean | null;
  /** It is certainly wrong. */
  readonly isBeforeBuild: boolean;
}

/** No box with this software can live before. */
const builtAfter = Date.UTC(2026, 10, 1);

/** systemd-timesyncd's folder; it touches the file at each success. systemd-timesyncd.service(8) */
const timesyncFolder = "/run/systemd/timesync";

export interface ClockWatchOptions {
  readonly clock: Clock;
  /** A smaller jump is a correction. */
  readonly stepSeconds: number;
  /** A clock that nobody sets; for tests. */
  readonly monotonic?: () => number;
  readonly timesyncFolder?: string;
}

/** Sees the wall clock jump, by comparing it with one that nobody sets. A time in suspend looks like a jump, too. */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  readonly #monotonic: () => number;
  readonly #startOffset: number;
  #offset: number;
  #stepAt: number | null = null;
  #steppedByMs = 0;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? monotonicMs;
    this.#offset = options.clock() - this.#monotonic();
    this.#startOffset = this.#offset;
  }

  /** To be asked every minute or so: a slow correction between two looks is none. */
  async look(): Promise<ClockFacts> {
    const { clock, stepSeconds } = this.#options;
    const now = clock();
    const offset = now - this.#monotonic();
    const jumpedMs = offset - this.#offset;
    this.#offset = offset;
    if (Math.abs(jumpedMs) >= stepSeconds * 1_000) {
      this.#stepAt = now;
      this.#steppedByMs = jumpedMs;
    }
    return {
      steppedBySeconds: this.#steppedByMs / 1_000,
      stepAt: this.#stepAt,
      offsetSeconds: (offset - this.#startOffset) / 1_000,
      isSynchronised: await isSynchronised(this.#options.timesyncFolder ?? timesyncFolder),
      isBeforeBuild: now < builtAfter,
    };
  }
}

async function isSynchronised(folder: string): Promise<boolean | null> {
  const exists = (file: string): Promise<boolean> =>
    stat(file).then(
      () => true,
      () => false,
    );
  if (await exists(`${folder}/synchronized`)) return true;
  return (await exists(folder)) ? false : null;
}
