/** Longer than that back, a step of the clock or a change of the camera counts no more. */
const windowUs = 60_000_000;
const shortestUs = 3_000_000;
/** Frames that came in one burst while the input was looked at have crowded time stamps. */
const settleFrames = 60;
const maxPoints = 512;
const longestGapUs = 20_000_000;

interface Point {
  readonly frames: number;
  readonly timeUs: number;
}

/**
 * The rate that a source really has, frames a second, by linear regression over its own time stamps of the last minute.
 * A frame that was lost counts as one that came: it is the source's rate that is measured.
 */
export class RateMeter {
  #points: Point[] = [];
  #frames = 0;
  #lastUs: number | null = null;
  #everyNth = 1;

  /** Each frame in order; `lost`: how many were lost just before it. */
  onTime(timeUs: number, lost: number): void {
    const lastUs = this.#lastUs;
    this.#lastUs = timeUs;
    this.#frames += 1 + lost;
    if (lastUs !== null && (timeUs <= lastUs || timeUs - lastUs > longestGapUs)) this.#points = [];
    if (this.#frames < settleFrames || this.#frames % this.#everyNth !== 0) return;
    this.#points.push({ frames: this.#frames, timeUs });
    const oldest = timeUs - windowUs;
    while ((this.#points[0]?.timeUs ?? oldest) < oldest) this.#points.shift();
    if (this.#points.length <= maxPoints) return;
    this.#everyNth *= 2;
    this.#points = this.#points.filter(({ frames }) => frames % this.#everyNth === 0);
  }

  /** How far the source's rate is from `fps`, as a share (0.001: 0.1 % faster), and the rate; null: too early to tell. */
  against(fps: number): { readonly rate: number; readonly deviation: number; readonly seconds: number } | null {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.timeUs - first.timeUs < shortestUs) return null;
    let [n, t, f, tt, tf] = [0, 0, 0, 0, 0];
    for (const point of this.#points) {
      const seconds = (point.timeUs - first.timeUs) / 1e6;
      const frames = point.frames - first.frames;
      n += 1;
      t += seconds;
      f += frames;
      tt += seconds * seconds;
      tf += seconds * frames;
    }
    const spread = n * tt - t * t;
    if (n < 8 || spread <= 0) return null;
    const rate = (n * tf - t * f) / spread;
    return { rate, deviation: rate / fps - 1, seconds: (last.timeUs - first.timeUs) / 1e6 };
  }
}
