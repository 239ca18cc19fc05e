/** A stretch of coded video: one `moof` and its `mdat`. */
export interface Fragment {
  readonly epoch: number;
  readonly firstSeq: number;
  readonly frames: number;
  readonly startsWithKey: boolean;
  /** Wall clock of its first frame, ms since the Unix epoch. */
  readonly atMs: number;
  readonly bytes: Buffer;
}

export interface FragmentRingLimits {
  /** Frames to look back, beyond which whole groups of pictures go; the group before the newest always stays. */
  readonly frames: number;
  readonly bytes: number;
}

/** No encoder that works has so much without a key frame; one that makes none would fill the memory. */
const mostOfOneGroupBytes = 128_000_000;

/** The last seconds of coded video since a key frame, in memory only: what a clip begins with. */
export class FragmentRing {
  readonly #limits: FragmentRingLimits;
  #fragments: Fragment[] = [];
  #bytes = 0;

  constructor(limits: FragmentRingLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The newest fragment of all. */
  get newest(): Fragment | null {
    return this.#fragments.at(-1) ?? null;
  }

  push(fragment: Fragment): void {
    // A clip never spans two epochs: what came before is of no use any more.
    const oldest = this.#fragments[0];
    if (oldest !== undefined && (oldest.epoch !== fragment.epoch || !oldest.startsWithKey)) this.empty();
    this.#fragments.push(fragment);
    this.#bytes += fragment.bytes.length;
    while (this.#canDropGroup()) this.#dropGroup();
    if (this.#bytes > Math.max(mostOfOneGroupBytes, this.#limits.bytes)) this.#keepOnly(fragment);
  }

  /** All from the last key frame at or before `seq`, or from the oldest where that is gone. Null: no key frame yet. */
  since(seq: number): Fragment[] | null {
    const at = this.#fragments.findLastIndex((one) => one.startsWithKey && one.firstSeq <= seq);
    const from = at === -1 ? this.#fragments.findIndex((one) => one.startsWithKey) : at;
    return from === -1 ? null : this.#fragments.slice(from);
  }

  /**
   * As `since(seq)`, but from the key frame at or before the earlier `wantedSeq`, and from no frame before `floorSeq`
   * where a key frame between that and `seq` allows it.
   */
  lookBack(seq: number, wantedSeq: number, floorSeq: number): Fragment[] | null {
    const fragments = this.since(wantedSeq);
    const at = fragments?.findIndex((one) => one.startsWithKey && one.firstSeq >= floorSeq) ?? -1;
    const first = fragments?.[at];
    return first === undefined || first.firstSeq > seq ? this.since(seq) : (fragments?.slice(at) ?? null);
  }

  /** True when the frame is in the ring, or a later one. */
  reaches(epoch: number, seq: number): boolean {
    const last = this.#fragments.at(-1);
    return last !== undefined && last.epoch === epoch && last.firstSeq + last.frames > seq;
  }

  empty(): void {
    this.#fragments = [];
    this.#bytes = 0;
  }

  /** The newest one is what tells how far the video has come, though no clip can begin with it. */
  #keepOnly(newest: Fragment): void {
    this.#fragments = [newest];
    this.#bytes = newest.bytes.length;
  }

  #canDropGroup(): boolean {
    const second = this.#secondKey();
    const third = this.#fragments.findIndex((one, at) => at > second && one.startsWithKey);
    if (second === -1) return false;
    if (this.#bytes > this.#limits.bytes) return true;
    const last = this.#fragments.at(-1);
    const start = this.#fragments[second];
    if (third === -1 || last === undefined || start === undefined) return false;
    return last.firstSeq + last.frames - start.firstSeq >= this.#limits.frames;
  }

  #dropGroup(): void {
    const dropped = this.#fragments.splice(0, this.#secondKey());
    for (const one of dropped) this.#bytes -= one.bytes.length;
  }

  #secondKey(): number {
    return this.#fragments.findIndex((one, at) => at > 0 && one.startsWithKey);
  }
}
