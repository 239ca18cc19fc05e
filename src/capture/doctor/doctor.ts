import { type CardSignal, type DeviceProfile, formatOf, fullShape } from "../../devices/devices.ts";
import { cardWords } from "./card-words.ts";
import type { FindingId, SourceFinding } from "./finding.ts";
import { Load, type ThinLevel } from "./load.ts";
import { barsOf, histogramOf, isBlack, isCombed, isRangeWrong, type Look } from "./look-signs.ts";
import { RateMeter } from "./rate-meter.ts";
import { SameFrames } from "./same-frames.ts";
import { Steady } from "./steady.ts";
import type { ArrivingPicture } from "./stream-line.ts";
import { droppedWords, modeWords, overloadWords, plainWords, rateWords, wrongModeWords } from "./words.ts";

export interface DoctorOptions {
  readonly profile: DeviceProfile;
  /** The findings, or how thin the preview has to be, have changed. */
  readonly onChange: () => void;
  /** How late our event loop was since it was asked last, ms. */
  readonly loopDelayMs: () => number;
  /** Monotonic, ms. */
  readonly now?: () => number;
  readonly wallClock?: () => number;
}

/** What arrives, by the input's own words and time stamps. */
export interface Measured {
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  readonly interlaced: boolean;
}

const frozenAfterMs = 2_000;
/** A rate that far off is another mode; less is a clock that differs. */
const otherMode = 0.02;
/** 29.97 under 30 is 0.0999 %: just not above. What is measured is good to a few millionths. */
const reportedDeviation = 0.00102;
const surelyMeasuredSeconds = 30;
const droppedShownMs = 10_000;
/** What had piled up while the input was looked at comes first, with gaps that are none. */
const settleMs = 3_000;
const manyDropped = 10;

/** In the order in which they are told. */
const limits: Readonly<Record<FindingId, ConstructorParameters<typeof Steady>[0]>> = {
  "no-signal": { raiseMs: 0, clearMs: 0 },
  black: { raiseMs: 1_400, clearMs: 900 },
  frozen: { raiseMs: 0, clearMs: 0 },
  "wrong-mode": { raiseMs: 0, clearMs: 0 },
  interlaced: { raiseMs: 2_000, clearMs: 5_000, missing: 2 },
  letterbox: { raiseMs: 3_500, clearMs: 2_000 },
  "clipped-range": { raiseMs: 3_500, clearMs: 5_000, missing: 1 },
  "wrong-aspect": { raiseMs: 0, clearMs: 0 },
  dropped: { raiseMs: 0, clearMs: 0 },
  rate: { raiseMs: 2_000, clearMs: 5_000 },
  overload: { raiseMs: 0, clearMs: 0 },
};

const order = Object.keys(limits) as FindingId[];

type Sign = { readonly sign: boolean | null; readonly message: string; readonly level?: SourceFinding["level"] };

/** Judges the picture of one source, about twice a second, by what its run hands it. */
export class Doctor {
  readonly #options: DoctorOptions;
  readonly #now: () => number;
  readonly #wallClock: () => number;
  readonly #findings = new Map<FindingId, SourceFinding>();
  #steady = new Map<FindingId, Steady>();
  #same = new SameFrames();
  #rate = new RateMeter();
  #load = new Load();
  #thin: ThinLevel = 1;
  #arriving: ArrivingPicture | null = null;
  #card: CardSignal | null = null;
  #before: Look | null = null;
  #beganAt = 0;
  #lost: { readonly atMs: number; readonly count: number }[] = [];
  #lostSinceLook = 0;

  constructor(options: DoctorOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#wallClock = options.wallClock ?? Date.now;
    this.#beganAt = this.#now();
  }

  /** What is wrong with the picture, in a fixed order. */
  findings(): readonly SourceFinding[] {
    return order.flatMap((id) => this.#findings.get(id) ?? []);
  }

  has(id: FindingId): boolean {
    return this.#findings.has(id);
  }

  /** Every how many frames the preview should show. */
  get thin(): ThinLevel {
    return this.#thin;
  }

  measured(): Measured | null {
    if (this.#arriving === null) return null;
    const { width, height, fps, interlaced } = this.#arriving;
    const rate = this.#rate.against(this.#fps)?.rate;
    return { width, height, fps: rate === undefined ? fps : Number(rate.toFixed(3)), interlaced };
  }

  /** A new life of the source begins, or its picture is gone: what was wrong with the picture before says nothing now. */
  reset(): void {
    const had = this.#findings.size > 0;
    this.#findings.clear();
    this.#steady = new Map();
    this.#same = new SameFrames();
    this.#rate = new RateMeter();
    this.#load = new Load();
    this.#thin = 1;
    this.#arriving = null;
    this.#card = null;
    this.#before = null;
    this.#beganAt = this.#now();
    this.#lost = [];
    this.#lostSinceLook = 0;
    if (had) this.#options.onChange();
  }

  /** What the input says of itself. */
  onArriving(picture: ArrivingPicture): void {
    this.#arriving = picture;
    this.#judge([...this.#modeSigns()]);
  }

  /** What the video card says of its socket. */
  onCard(card: CardSignal): void {
    this.#card = card;
    const words = card.kind === "signal" ? null : cardWords(card, this.#options.profile);
    const sign: Sign = { sign: words !== null, message: words ?? "", level: "caution" };
    this.#judge([["no-signal", sign], ...this.#modeSigns()]);
  }

  onTime(timeUs: number, lost: number): void {
    const now = this.#now();
    this.#rate.onTime(timeUs, lost);
    this.#load.onTime(timeUs, now);
    if (lost === 0 || now - this.#beganAt < settleMs) return;
    this.#lostSinceLook += lost;
    this.#lost.push({ atMs: now, count: lost });
    if (this.#lost.length > 1_000) this.#lost.shift();
  }

  /** Each full frame, before anybody else may write into it again. */
  onFrame(bytes: Buffer): void {
    const now = this.#now();
    this.#same.onFrame(bytes, now);
    const isFrozen = this.#same.sameForMs(now) >= frozenAfterMs && !this.has("black");
    if (isFrozen !== this.has("frozen"))
      this.#judge([["frozen", { sign: isFrozen, message: plainWords.frozen, level: "caution" }]]);
  }

  onLook(look: Look): void {
    const now = this.#now();
    const thin = this.#thin;
    const signs = [...this.#lookSigns(look), ...this.#modeSigns(), ...this.#timeSigns(now)];
    this.#before = look;
    this.#judge(signs, thin);
  }

  *#lookSigns(look: Look): Generator<[FindingId, Sign]> {
    const { profile } = this.#options;
    const { range } = profile.colour;
    const histogram = histogramOf(look);
    const black = isBlack(histogram, range);
    yield ["black", { sign: black, message: plainWords.black, level: "caution" }];
    // A black picture says nothing of range, lines and edges; one that is fitted in with bars has our own.
    const telling = <T>(judge: () => T): T | null => (black ? null : judge());
    const isFitted = this.#isOtherSize();
    const bars = telling(() => (isFitted ? false : barsOf(look, range) !== null));
    yield ["letterbox", { sign: bars, message: plainWords.letterbox }];
    // RGB has no range to mistake.
    const hasRange = !/^(rgb|bgr)/.test(profile.input.pixelFormat);
    yield [
      "clipped-range",
      {
        sign: hasRange ? telling(() => isRangeWrong(histogram, range)) : false,
        message: plainWords["clipped-range"],
        level: "caution",
      },
    ];
    const isInterlaced =
      profile.deinterlace !== "none"
        ? false
        : this.#arriving?.interlaced === true || telling(() => isCombed(look, this.#before));
    yield ["interlaced", { sign: isInterlaced, message: plainWords.interlaced, level: "caution" }];
  }

  *#modeSigns(): Generator<[FindingId, Sign]> {
    const { input } = this.#options.profile;
    const arriving = this.#arriving;
    const isOtherSize = this.#isOtherSize();
    const expected = input.fps.num / input.fps.den;
    // The declared rate of a compressed stream may be a guess: its time stamps decide.
    const declared = formatOf(this.#options.profile) === "raw" ? (arriving?.fps ?? null) : null;
    const measured = this.#rate.against(this.#fps);
    const deviation = measured?.deviation ?? (declared === null ? 0 : declared / expected - 1);
    const isOtherRate = Math.abs(deviation) > otherMode;
    const rate = isOtherRate ? Math.round(expected * (1 + deviation)) : null;
    const cardSays = this.#card?.kind === "signal" ? cardWords(this.#card, this.#options.profile) : null;
    const pictureSays = wrongModeWords({
      arrives: modeWords(isOtherSize ? arriving : null, rate),
      expected: modeWords(isOtherSize ? input : null, isOtherRate ? expected : null),
      isOtherSize,
    });
    const isOther = isOtherSize || isOtherRate;
    // What goes into a card may be another mode, though what comes out of it is right: it scales.
    const message = isOther ? pictureSays : (cardSays ?? pictureSays);
    yield ["wrong-mode", { sign: isOther || cardSays !== null, message, level: "caution" }];
    yield ["wrong-aspect", { sign: this.#isOtherAspect(), message: plainWords["wrong-aspect"], level: "caution" }];
    const isSure =
      measured !== null &&
      (measured.seconds >= surelyMeasuredSeconds || Math.abs(measured.deviation) > 10 * reportedDeviation);
    const isOff = isSure ? Math.abs(measured.deviation) > reportedDeviation && !isOtherRate : null;
    yield ["rate", { sign: isOff, message: rateWords(deviation, expected) }];
  }

  *#timeSigns(now: number): Generator<[FindingId, Sign]> {
    while ((this.#lost[0]?.atMs ?? now) < now - droppedShownMs) this.#lost.shift();
    const lost = this.#lost.reduce((sum, { count }) => sum + count, 0);
    const isMany = lost >= manyDropped;
    yield ["dropped", { sign: lost > 0, message: droppedWords(isMany), level: isMany ? "caution" : "notice" }];
    this.#thin = this.#load.look({ nowMs: now, lost: this.#lostSinceLook, loopDelayMs: this.#options.loopDelayMs() });
    this.#lostSinceLook = 0;
    yield ["overload", { sign: this.#thin > 1, message: overloadWords, level: "caution" }];
  }

  #isOtherSize(): boolean {
    const { width, height } = this.#options.profile.input;
    return this.#arriving !== null && (this.#arriving.width !== width || this.#arriving.height !== height);
  }

  /** A picture that we show with square pixels has others. */
  #isOtherAspect(): boolean {
    const aspect = this.#arriving?.pixelAspect ?? 1;
    return Math.abs(aspect - 1) > 0.01;
  }

  get #fps(): number {
    const { fpsNum, fpsDen } = fullShape(this.#options.profile);
    return fpsNum / fpsDen;
  }

  /** `thin`: what it was before these signs. */
  #judge(signs: Iterable<[FindingId, Sign]>, thin = this.#thin): void {
    const now = this.#now();
    let changed = false;
    for (const [id, { sign, message, level = "notice" }] of signs) {
      const steady = this.#steady.get(id) ?? new Steady(limits[id]);
      this.#steady.set(id, steady);
      const before = this.#findings.get(id);
      if (!steady.look(sign, now)) {
        changed = this.#findings.delete(id) || changed;
      } else if (before === undefined || (sign === true && (before.message !== message || before.level !== level))) {
        this.#findings.set(id, { id, level, message, since: before?.since ?? this.#wallClock() });
        changed = true;
      }
    }
    if (changed || thin !== this.#thin) this.#options.onChange();
  }
}
