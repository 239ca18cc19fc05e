import { clipShape, copyable, type DeviceProfile, type NetworkInput } from "../../devices/devices.ts";
import type { Log } from "../../lib/log.ts";
import type { CopiedEnd, CopiedStream } from "./copied-stream.ts";
import { hearStream } from "./hear-stream.ts";
import { unfit, type WantedStream } from "./unfit.ts";

export interface PassThroughOptions {
  readonly id: string;
  readonly ffmpegPath: string;
  readonly profile: DeviceProfile;
  readonly log: Log;
}

/** Whether clips are the encoder's own stream. */
export interface PassThroughStatus {
  readonly copied: boolean;
  /** Why not, and what to set; null: they are, or it is not known yet. */
  readonly because: string | null;
}

/** So long a stream that was refused is not judged again. */
const refusedMs = 600_000;
/** Of lives that ended because the stream changed, or the decoder was at odds with it, so many in that time are borne. */
const maxChanges = 3;
const maxOdds = 1;
/** Lives in a row in which the encoder answers, and of what it sends nothing comes. */
const maxBarren = 1;

/**
 * Whether the stream of a network encoder is passed through to the clips, from life to life: a stream that is legal DICOM as
 * it comes is; any other is decoded and encoded again as every source's picture, and what was wrong with it is told.
 */
export class PassThrough {
  readonly #options: PassThroughOptions;
  readonly #input: NetworkInput;
  readonly #wanted: WantedStream;
  #copied = false;
  #refusal: { readonly because: string; readonly atMs: number } | null = null;
  /** A stream with this parameter set was found to be legal. */
  #known: Buffer | null = null;
  #changes: number[] = [];
  #odds: number[] = [];
  #barren = 0;

  constructor(options: PassThroughOptions, input: NetworkInput, wanted: WantedStream) {
    this.#options = options;
    this.#input = input;
    this.#wanted = wanted;
  }

  get status(): PassThroughStatus {
    return { copied: this.#copied, because: this.#refusal === null ? null : inWords(this.#refusal.because) };
  }

  /**
   * Receives and judges. Null: this life encodes again. Throws why there is no picture, for the screen; `onSilent` hears it
   * before.
   */
  async begin(signal: AbortSignal, onSilent: (message: string) => void): Promise<CopiedStream | null> {
    if (this.#refusal !== null && performance.now() - this.#refusal.atMs < refusedMs) return null;
    this.#refusal = null;
    const { ffmpegPath, profile } = this.#options;
    const heard = await hearStream({
      ...{ ffmpegPath, input: this.#input, wanted: this.#wanted, shape: clipShape(profile) },
      ...{ known: this.#known, signal, onSilent },
    });
    this.#barren = heard.kind === "gone" && heard.isBarren ? this.#barren + 1 : 0;
    switch (heard.kind) {
      case "stream":
        this.#known = heard.sps;
        this.#copied = true;
        return heard.stream;
      case "unfit":
        this.#refuse(heard.because);
        return null;
      case "gone":
        if (this.#barren <= maxBarren) throw heard.error;
        this.#barren = 0;
        this.#refuse(unfit.broken);
        return null;
      default:
        return heard satisfies never;
    }
  }

  /** A life is over; `isUnanswered`: its decoder was given pictures and showed none. Returns whether it ended for the stream alone, and the next one may begin at once. */
  over(end: CopiedEnd | null, isUnanswered = false): boolean {
    this.#copied = false;
    switch (end?.kind) {
      case undefined:
      case "gone":
        if (isUnanswered && this.#isTooOften(this.#odds, maxOdds)) this.#refuse(unfit.decoder);
        return false;
      case "unfit":
        this.#refuse(end.because);
        return true;
      case "changed":
        if (this.#isTooOften(this.#changes, maxChanges)) this.#refuse(unfit.restless);
        return true;
      case "unnumbered":
      case "flawed": {
        const { id, log } = this.#options;
        log.warn({ source: id, because: end.because }, "the decoder is at odds with the encoder's stream");
        const words = end.kind === "flawed" ? unfit.flawed : unfit.decoder;
        if (this.#isTooOften(this.#odds, maxOdds)) this.#refuse(words);
        return true;
      }
      default:
        return end satisfies never;
    }
  }

  /** Another size arrives: what was wrong with the stream before says nothing of it. */
  forget(): void {
    this.#refusal = null;
  }

  #refuse(because: string): void {
    this.#known = null;
    this.#refusal = { because, atMs: performance.now() };
    this.#options.log.warn({ source: this.#options.id, because }, "the encoder's video is encoded again");
  }

  #isTooOften(times: number[], most: number): boolean {
    const now = performance.now();
    times.push(now);
    while (times[0] !== undefined && now - times[0] > refusedMs) times.shift();
    return times.length > most;
  }
}

/** What the profile alone says of it. */
export interface PassThroughChoice {
  /** Null: every life encodes again. */
  readonly passThrough: PassThrough | null;
  /** As long as there is none; null: it is no network encoder's, or nobody asked for it. */
  readonly status: PassThroughStatus | null;
}

/** For a source with this profile. */
export function passThroughOf(options: PassThroughOptions): PassThroughChoice {
  const asked = copyable(options.profile);
  switch (asked.kind) {
    case "not-asked":
      return { passThrough: null, status: null };
    case "unfit":
      return { passThrough: null, status: { copied: false, because: inWords(asked.because) } };
    case "asked": {
      const { input, levelIdc, colour } = asked;
      const wanted = { ...clipShape(options.profile), levelIdc, colour };
      return { passThrough: new PassThrough(options, input, wanted), status: null };
    }
    default:
      return asked satisfies never;
  }
}

function inWords(because: string): string {
  return `The encoder's video is encoded again: ${because}.`;
}
