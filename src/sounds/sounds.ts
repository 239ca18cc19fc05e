/** Short sounds that the box itself plays, so that a pedal is answered without any screen: the public face of this room. */
import type { Log } from "../lib/log.ts";
import { Wakeup } from "../lib/wakeup.ts";
import { play } from "./player.ts";
import { type SoundName, silence, wavOf } from "./tones.ts";

export type { SoundName } from "./tones.ts";

export interface SoundsOptions {
  readonly enabled: boolean;
  /** A name of ALSA, as `aplay -L` lists them; null: its default. */
  readonly device: string | null;
  /** 0 to 100. A failure is heard at 0, too. */
  readonly volume: number;
  readonly log: Log;
  /** Whether the box plays, or why not, changed. */
  readonly onChange: () => void;
}

/** What waits behind the sound that plays; older ones are of no use to anybody. */
const mostWaiting = 3;
/** A player that failed is tried again, with silence, this often. */
const tryAgainMs = 30_000;

/** Plays one sound after the other; asking for one never waits and never fails. */
export class Sounds {
  readonly #options: SoundsOptions;
  readonly #wavs = new Map<SoundName, Buffer>();
  readonly #waiting: SoundName[] = [];
  readonly #wakeup = new Wakeup();
  #problem: string | null = null;
  #isWorking = false;

  constructor(options: SoundsOptions) {
    this.#options = options;
    if (!options.enabled) return;
    for (const name of ["saved", "record-start", "record-stop", "failed", "scanned"] as const) {
      this.#wavs.set(name, wavOf(name, options.volume));
    }
  }

  /** True: the box plays, so that a screen need not. */
  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** Why it does not, although it should, for the person at the screen. */
  get problem(): string | null {
    return this.#problem;
  }

  play(name: SoundName): void {
    if (!this.#options.enabled) return;
    // Of a flood the last ones are played, and a failure before all others.
    if (this.#waiting.length >= mostWaiting) {
      const leastUseful = this.#waiting.findIndex((waiting) => waiting !== "failed");
      this.#waiting.splice(Math.max(leastUseful, 0), 1);
    }
    this.#waiting.push(name);
    this.#wakeup.wake();
  }

  /** Plays until the signal aborts. Begins with silence, to know whether there is a loudspeaker. */
  async run(signal: AbortSignal): Promise<void> {
    if (!this.#options.enabled) return;
    await this.#try(silence(), signal);
    while (!signal.aborted) {
      const next = this.#waiting.shift();
      const wav = next === undefined ? undefined : this.#wavs.get(next);
      if (wav !== undefined) await this.#try(wav, signal);
      else {
        await this.#wakeup.wait(this.#isWorking ? 3_600_000 : tryAgainMs, signal);
        if (!this.#isWorking && this.#waiting.length === 0 && !signal.aborted) await this.#try(silence(), signal);
      }
    }
  }

  async #try(wav: Buffer, signal: AbortSignal): Promise<void> {
    const problem = await play(wav, this.#options.device, signal).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (signal.aborted) return;
    const isWorking = problem === null;
    const isChanged = isWorking !== this.#isWorking || problem !== this.#problem;
    this.#isWorking = isWorking;
    this.#problem = problem;
    if (!isChanged) return;
    if (problem !== null) this.#options.log.warn({ problem }, "the box plays no sounds");
    this.#options.onChange();
  }
}
