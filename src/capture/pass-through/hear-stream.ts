import type { NetworkInput, PictureShape } from "../../devices/devices.ts";
import { SignalWatch } from "../doctor/signal-watch.ts";
import { whyEnded, whySilent } from "../doctor/why-ended.ts";
import type { AccessUnit } from "./access-unit.ts";
import { CopiedStream } from "./copied-stream.ts";
import { Receiver } from "./receiver.ts";
import { withColour } from "./sps-colour.ts";
import { StreamJudge, type StreamSets } from "./stream-judge.ts";
import { TsError } from "./ts-reader.ts";
import { unfit, type WantedStream } from "./unfit.ts";

export interface HearingOptions {
  readonly ffmpegPath: string;
  readonly input: NetworkInput;
  readonly wanted: WantedStream;
  readonly shape: PictureShape;
  /** A stream with this parameter set was found to be legal before: it begins with its first key frame. */
  readonly known: Buffer | null;
  /** Ends it: rejects with its reason. */
  readonly signal: AbortSignal;
  /** Nothing comes; the words say what to do. */
  readonly onSilent: (message: string) => void;
}

/** What a receiver found. It runs on for a stream, and was ended else. */
export type Heard =
  | { readonly kind: "stream"; readonly stream: CopiedStream; readonly sps: Buffer }
  /** Words that follow "because". */
  | { readonly kind: "unfit"; readonly because: string }
  /** No stream comes; the error is for the screen. `isBarren`: the encoder answered, and of what it sends nothing came. */
  | { readonly kind: "gone"; readonly isBarren: boolean; readonly error: Error };

/** Other parameter sets, before the stream is judged, are borne so often. */
const maxChanges = 3;
/** A stream whose own clock stands still is not judged for longer than that; silence ends it before. */
const longestMs = 20_000;

/** Receives a network encoder's stream and judges it; from the key frame on that decides it the stream is passed through. */
export async function hearStream(options: HearingOptions): Promise<Heard> {
  const { input, signal, onSilent } = options;
  const found = Promise.withResolvers<Heard>();
  const hearing = new Hearing(options, found.resolve);
  const gone = (): void => found.resolve({ kind: "gone", isBarren: false, error: new Error(whySilent(input)) });
  const watch = new SignalWatch({ onSilent: () => onSilent(whySilent(input)), onGiveUp: gone });
  const late = setTimeout(() => found.resolve({ kind: "unfit", because: unfit.noKey }), longestMs);
  const stop = (): void => found.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    hearing.begin(() => watch.frame());
    const heard = await found.promise;
    if (heard.kind !== "stream") await hearing.end();
    return heard;
  } catch (error) {
    await hearing.end();
    throw error;
  } finally {
    watch.stop();
    clearTimeout(late);
    signal.removeEventListener("abort", stop);
  }
}

class Hearing {
  readonly #options: HearingOptions;
  readonly #onHeard: (heard: Heard) => void;
  #receiver: Receiver | null = null;
  #judge: StreamJudge;
  #stream: CopiedStream | null = null;
  #isHeard = false;
  #changes = 0;

  constructor(options: HearingOptions, onHeard: (heard: Heard) => void) {
    this.#options = options;
    this.#onHeard = onHeard;
    this.#judge = new StreamJudge(options.wanted);
  }

  begin(onSign: () => void): void {
    const { ffmpegPath, input } = this.#options;
    this.#receiver = new Receiver(ffmpegPath, input, {
      onUnit: (unit) => {
        onSign();
        this.#unit(unit);
      },
      onOver: (error) => this.#over(error),
    });
  }

  async end(): Promise<void> {
    await this.#receiver?.end();
  }

  #unit(unit: AccessUnit): void {
    this.#isHeard = true;
    const judged = this.#judge.push(unit);
    const { sets } = this.#judge;
    if (this.#stream !== null) this.#stream.take(judged);
    else if (judged.kind === "unfit") this.#onHeard(judged);
    else if (judged.kind === "changed") this.#changed();
    else if (judged.kind === "picture" && judged.isKey && sets !== null && this.#mayBegin(sets)) {
      this.#stream = this.#streamOf(sets);
      this.#stream.take(judged);
      this.#onHeard({ kind: "stream", stream: this.#stream, sps: sets.sps });
    }
  }

  #changed(): void {
    this.#changes += 1;
    this.#judge = new StreamJudge(this.#options.wanted);
    if (this.#changes > maxChanges) this.#onHeard({ kind: "unfit", because: unfit.restless });
  }

  #over(error: Error): void {
    const isBroken = error instanceof TsError;
    const { input } = this.#options;
    if (this.#stream !== null) {
      this.#stream.over(isBroken ? { kind: "unfit", because: unfit.broken } : { kind: "gone" });
    } else if (isBroken) this.#onHeard({ kind: "unfit", because: unfit.broken });
    else {
      const words = new Error(whyEnded(this.#receiver?.tail() ?? [], input), { cause: error });
      this.#onHeard({ kind: "gone", isBarren: !this.#isHeard && this.#receiver?.hasOpened === true, error: words });
    }
  }

  #mayBegin({ sps }: StreamSets): boolean {
    return this.#judge.isSure || this.#options.known?.equals(sps) === true;
  }

  #streamOf({ sps, pps, lacksColour }: StreamSets): CopiedStream {
    const { wanted, shape } = this.#options;
    const track = { ...shape, sps: lacksColour ? withColour(sps, wanted.colour) : sps, pps: [...pps] };
    return new CopiedStream({ track, tail: () => this.#receiver?.tail() ?? [], end: () => this.end() });
  }
}
