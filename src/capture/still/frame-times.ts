/** Reads ffmpeg's `metadata=print` of every counted frame: `frame:12   pts:400000  pts_time:0.4`. */
export class FrameTimes {
  readonly #onTime: (seq: number, timeUs: number) => void;
  #rest = "";

  constructor(onTime: (seq: number, timeUs: number) => void) {
    this.#onTime = onTime;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, 200);
    for (const line of lines) {
      const found = /^frame:(\d+)\s+pts:(-?\d+)\s/.exec(line);
      if (found !== null) this.#onTime(Number(found[1]), Number(found[2]));
    }
  }
}
