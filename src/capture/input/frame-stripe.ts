/**
 * A number burned into a picture so that a program can read it back from the pixels: 20 cells with its bits, most
 * significant first, then 20 cells with the inverted bits, from left to right along the bottom edge. It survives JPEG
 * and H.264 with 4:2:0 and scaling to half size. White is a one.
 */

export const frameStripe = {
  bits: 20,
  cells: 40,
  /** Part of the picture's height that the stripe takes, at the bottom. */
  heightRatio: 32 / 1080,
} as const;

export interface StripeCell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The cells in pixels of a picture of that size, on even pixels as chroma subsampling wants. */
export function stripeCells(width: number, height: number): StripeCell[] {
  const stripeHeight = 2 * Math.round((height * frameStripe.heightRatio) / 2);
  const edge = (cell: number): number => 2 * Math.round((width * cell) / frameStripe.cells / 2);
  return Array.from({ length: frameStripe.cells }, (_unused, cell) => ({
    x: edge(cell),
    y: height - stripeHeight,
    width: edge(cell + 1) - edge(cell),
    height: stripeHeight,
  }));
}

/** The number in the picture, or null where no stripe can be read. `luma`: one byte a pixel, rows without padding. */
export function readStripe(luma: Uint8Array, width: number, height: number): number | null {
  const y = Math.floor(height - (height * frameStripe.heightRatio) / 2);
  const bits: boolean[] = [];
  for (let cell = 0; cell < frameStripe.cells; cell += 1) {
    const x = Math.floor((width * (cell + 0.5)) / frameStripe.cells);
    const value = luma[y * width + x];
    if (value === undefined) return null;
    // Limited and full range alike: black is 0 to 16, white 235 to 255. Grey is no stripe.
    if (value > 96 && value < 160) return null;
    bits.push(value >= 160);
  }
  let number = 0;
  for (let bit = 0; bit < frameStripe.bits; bit += 1) {
    if (bits[bit] === bits[bit + frameStripe.bits]) return null;
    number = number * 2 + (bits[bit] === true ? 1 : 0);
  }
  return number;
}

/** The ffmpeg filters that burn the number `n` of each frame into the picture. */
export function stripeFilters(width: number, height: number): string {
  const cells = stripeCells(width, height);
  const first = cells[0];
  if (first === undefined) return "null";
  const black = `drawbox=x=0:y=${first.y}:w=${width}:h=${first.height}:color=black:t=fill`;
  const boxes = cells.map(({ x, y, width: w, height: h }, cell) => {
    const bit = 2 ** (frameStripe.bits - 1 - (cell % frameStripe.bits));
    const isSet = `gt(bitand(n,${bit}),0)`;
    const enable = cell < frameStripe.bits ? isSet : `not(${isSet})`;
    return `drawbox=x=${x}:y=${y}:w=${w}:h=${h}:color=white:t=fill:enable='${enable}'`;
  });
  return [black, ...boxes].join(",");
}
