const minSeconds = 2.5;
const tolerance = 0.08;

/** The real rate of a source while it is recorded. */
export class SourceRate {
  #since: number | null = null;
  #until = 0;
  #frames = 0;

  /** Frames that came now; what came from memory at once says nothing of the rate. */
  add(frames: number, nowMs: number): void {
    this.#until = nowMs;
    if (this.#since === null) this.#since = nowMs;
    else this.#frames += frames;
  }

  /**
   * Every frame is stamped at the nominal rate: where the source has another, the clip plays at the wrong speed. `lost`: frames
   * that the source gave and that never came; their notice is another.
   */
  wrongRate({ fpsNum, fpsDen }: { readonly fpsNum: number; readonly fpsDen: number }, lost: number): string | null {
    const seconds = this.#since === null ? 0 : (this.#until - this.#since) / 1000;
    if (seconds < minSeconds) return null;
    const real = (this.#frames + lost) / seconds;
    const nominal = fpsNum / fpsDen;
    if (Math.abs(real / nominal - 1) <= tolerance) return null;
    const rates = `The source gave ${real.toFixed(1)} frames a second, its profile says ${nominal.toFixed(1)}`;
    return `${rates}: this clip plays at the wrong speed. Set the right rate.`;
  }
}
