/** What a line of ffmpeg's log (`-loglevel level+info`) says about the picture that arrives. */
export interface ArrivingPicture {
  readonly width: number;
  readonly height: number;
  /** As the input declares it; null: it does not. */
  readonly fps: number | null;
  /** Width of a pixel to its height; null: not said. */
  readonly pixelAspect: number | null;
  /** Fields instead of frames. */
  readonly interlaced: boolean;
}

export type StreamLine =
  | { readonly kind: "input"; readonly picture: ArrivingPicture }
  /** The size changed in mid-stream. */
  | { readonly kind: "size"; readonly width: number; readonly height: number };

/** Reads one line; null: it says nothing of that. What follows `Stream mapping` is about our own outputs: see LineReader. */
export function readStreamLine(line: string): StreamLine | null {
  const changed = /incoming frame - w:\s*(\d{1,5}) h:\s*(\d{1,5})/.exec(line);
  if (changed !== null) return { kind: "size", width: Number(changed[1]), height: Number(changed[2]) };
  const stream = /^(?:\[info\])?\s*Stream #0:\d+[^:]*: Video: (.{1,300})/.exec(line)?.[1];
  const size = stream === undefined ? null : /, (\d{2,5})x(\d{2,5})\b/.exec(stream);
  if (stream === undefined || size === null) return null;
  const aspect = /\bSAR (\d+):(\d+)/.exec(stream);
  const fps = /, (\d+(?:\.\d+)?) fps\b/.exec(stream);
  const pixelAspect = aspect === null ? 0 : Number(aspect[1]) / Number(aspect[2]);
  return {
    kind: "input",
    picture: {
      width: Number(size[1]),
      height: Number(size[2]),
      fps: fps === null ? null : Number(fps[1]),
      pixelAspect: Number.isFinite(pixelAspect) && pixelAspect > 0 ? pixelAspect : null,
      interlaced: /\b(top|bottom)(?: coded)? first\b/.test(stream),
    },
  };
}

/** Reads the lines of one life of ffmpeg: the first video stream of the input, then changes of its size. */
export class LineReader {
  readonly #onPicture: (picture: ArrivingPicture) => void;
  #picture: ArrivingPicture | null = null;
  #inputIsOver = false;

  constructor(onPicture: (picture: ArrivingPicture) => void) {
    this.#onPicture = onPicture;
  }

  line(line: string): void {
    // From here on the lines are about our own outputs.
    if (line.includes("Stream mapping:")) this.#inputIsOver = true;
    const said = readStreamLine(line);
    if (said === null) return;
    if (said.kind === "input") {
      if (this.#inputIsOver || this.#picture !== null) return;
      this.#tell(said.picture);
    } else if (this.#picture?.width !== said.width || this.#picture.height !== said.height) {
      const { width, height } = said;
      this.#tell({ ...(this.#picture ?? { fps: null, pixelAspect: null, interlaced: false }), width, height });
    }
  }

  #tell(picture: ArrivingPicture): void {
    this.#picture = picture;
    this.#onPicture(picture);
  }
}
