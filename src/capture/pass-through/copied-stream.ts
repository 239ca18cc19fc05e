import type { Writable } from "node:stream";
import type { Fragment } from "../rings/fragment-ring.ts";
import { CopiedNumbers, type CopiedPicture, NumberError } from "./copied-numbers.ts";
import type { TrackShape } from "./fragment-writer.ts";
import type { Judged } from "./stream-judge.ts";

/** Why the stream is not passed on any more. */
export type CopiedEnd =
  | { readonly kind: "unfit"; readonly because: string }
  | { readonly kind: "changed" }
  /** The decoder's numbers are not those of the stream. */
  | { readonly kind: "unnumbered"; readonly because: string }
  /** The decoder found a picture that is not whole. */
  | { readonly kind: "flawed"; readonly because: string }
  /** Nothing comes any more. */
  | { readonly kind: "gone" };

export interface CopiedStreamOptions {
  readonly track: TrackShape;
  /** The receiver's last words. */
  readonly tail: () => string[];
  /** Ends the receiver. */
  readonly end: () => Promise<void>;
}

export interface CopiedListener {
  readonly onInit: (init: Buffer) => void;
  readonly onFragment: (fragment: Fragment) => void;
  /** Something came that cannot be shown: the signal is there. */
  readonly onSkipped: () => void;
}

/** A child that did not keep up is given pictures again when so much of what may wait does. */
const caughtUp = 0.5;
/** Pictures before the child that decodes them is there. */
const maxEarly = 256;

/** ffmpeg tells as information only what it conceals. */
const concealed =
  /^\[h264 @ [^\]]*\] \[(info|warning|error)\] (error while decoding MB|concealing \d+ DC|decode_slice_header error|(reference picture missing|Missing reference picture))/;

/** A network encoder's stream on its way into one life of the child, and into its recording. */
export class CopiedStream {
  readonly #options: CopiedStreamOptions;
  #numbers: CopiedNumbers | null = null;
  #listener: CopiedListener | null = null;
  #to: Writable | null = null;
  #early: CopiedPicture[] = [];
  /** Pictures were left out on purpose: it goes on with a key frame. */
  #waitsForKey = false;
  #end: CopiedEnd | null = null;
  /** Also where it had ended already, and the decoder shows what it has. */
  #isFlawed = false;

  constructor(options: CopiedStreamOptions) {
    this.#options = options;
  }

  /** Null: as long as it goes on. */
  get end(): CopiedEnd | null {
    return this.#end;
  }

  /** Pictures were given to the child, and it has shown none. */
  get isUnanswered(): boolean {
    return this.#numbers?.isUnanswered === true;
  }

  /**
   * Whatever was received before now belongs to the patient before: no life begins with it. Returns the number of the newest
   * picture that this life was given; null: none was.
   */
  part(): number | null {
    if (this.#early.length > 0) this.#waitsForKey = true;
    this.#early = [];
    return this.#numbers?.newestGiven ?? null;
  }

  tail(): string[] {
    return this.#options.tail();
  }

  /** What was received next. After an end nothing is passed on. */
  take(judged: Judged): void {
    if (this.#end !== null) return;
    if (judged.kind === "picture") this.#give({ ...judged, timeUs: Math.round((judged.timeTicks * 100) / 9) });
    else if (judged.kind === "skipped") this.#listener?.onSkipped();
    else this.over(judged);
  }

  /** Begins to write to the child that decodes it. */
  feed(to: Writable, epoch: number, listener: CopiedListener): void {
    const { track } = this.#options;
    const { onInit, onFragment } = listener;
    this.#numbers = new CopiedNumbers({ epoch, track, onInit, onFragment });
    this.#listener = listener;
    this.#to = to;
    to.write(this.#numbers.head());
    const early = this.#early;
    this.#early = [];
    for (const picture of early) this.#give(picture);
    if (this.#end !== null) to.end();
  }

  /** The child counted a frame; returns the source's own time of it. Throws NumberError where it is another picture. */
  counted(seq: number, timeUs: number): number {
    try {
      if (this.#isFlawed) throw new NumberError("the decoder found a flaw in this picture or before it");
      if (this.#numbers === null) throw new NumberError("a picture came before the stream");
      return this.#numbers.counted(seq, timeUs);
    } catch (error) {
      if (error instanceof NumberError) this.over({ kind: "unnumbered", because: error.message });
      throw error;
    }
  }

  /** A line of the child's log: what the decoder conceals must not go into a clip or a still, nor what refers to it. */
  heard(line: string): void {
    if (!concealed.test(line)) return;
    this.#isFlawed = true;
    this.over({ kind: "flawed", because: line });
    this.#numbers?.discard();
  }

  /** What the child has shown and is in no fragment yet goes into one. */
  flush(): void {
    this.#numbers?.flush();
  }

  /** Passes nothing on any more: the child ends when it has shown what it has. */
  over(end: CopiedEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#to?.end();
  }

  async stop(): Promise<void> {
    this.over({ kind: "gone" });
    await this.#options.end();
  }

  #give(picture: CopiedPicture): void {
    const backlog = this.#numbers?.backlog ?? 0;
    if (backlog >= 1 || (this.#waitsForKey && !(picture.isKey && backlog < caughtUp))) {
      this.#waitsForKey = true;
      // A child that hangs must not seem to live.
      if (backlog < caughtUp) this.#listener?.onSkipped();
      return;
    }
    this.#waitsForKey = false;
    if (this.#numbers === null || this.#to === null) {
      this.#early.push(picture);
      if (this.#early.length > maxEarly) this.over({ kind: "gone" });
      return;
    }
    try {
      this.#to.write(this.#numbers.give(picture));
    } catch (error) {
      if (!(error instanceof NumberError)) throw error;
      this.over({ kind: "unnumbered", because: error.message });
    }
  }
}
