/** One look at the picture: luma as it came, one byte a pixel, in rows. */
export interface Look {
  readonly luma: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export type Range = "limited" | "full";

/** Luma of black, and of a pixel that is clearly not black. */
const blackOf = (range: Range): number => (range === "limited" ? 16 : 0);
const nearBlack = 10;

/** How many pixels have each of the 256 values. */
export function histogramOf({ luma }: Look): Uint32Array {
  const counts = new Uint32Array(256);
  for (const value of luma) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Share of the pixels with a value from `low` to `high`, both included. */
function share(histogram: Uint32Array, low: number, high: number): number {
  let inside = 0;
  let all = 0;
  for (let value = 0; value < 256; value += 1) {
    const count = histogram[value] ?? 0;
    all += count;
    if (value >= low && value <= high) inside += count;
  }
  return all === 0 ? 0 : inside / all;
}

/** Nothing is lit: no more than one pixel in a hundred is brighter than black and its noise. */
export function isBlack(histogram: Uint32Array, range: Range): boolean {
  return share(histogram, blackOf(range) + nearBlack + 1, 255) < 0.01;
}

/**
 * The numbers do not mean what the profile says. Limited range has black at 16 and white at 235 (ITU-R BT.709 item 4),
 * beyond are only overshoots: a picture with much there is of full range, and its darks and lights are cut off. The
 * other way round a picture is grey: its lights or darks pile up at 235 or 16 and nothing is beyond.
 */
export function isRangeWrong(histogram: Uint32Array, range: Range): boolean {
  if (range === "limited") return share(histogram, 0, 6) + share(histogram, 248, 255) > 0.01;
  const isWithin = share(histogram, 0, 13) === 0 && share(histogram, 239, 255) === 0;
  return isWithin && (share(histogram, 232, 238) > 0.005 || share(histogram, 14, 18) > 0.05);
}

/**
 * Both fields of a moving picture are woven into one frame: a line differs from the lines above and below, which are
 * like each other. Only where the picture changed since the look before: fine print has such lines as well. Null: too
 * little moved to tell.
 */
export function isCombed(look: Look, before: Look | null): boolean | null {
  const { luma, width, height } = look;
  if (before === null || before.luma.length !== luma.length) return null;
  const moved = 14;
  const teeth = 12;
  let changed = 0;
  let combed = 0;
  for (let at = width; at < width * (height - 1); at += 1) {
    const here = luma[at] ?? 0;
    if (Math.abs(here - (before.luma[at] ?? 0)) < moved) continue;
    changed += 1;
    const above = luma[at - width] ?? 0;
    const below = luma[at + width] ?? 0;
    const isTooth = Math.min(Math.abs(here - above), Math.abs(here - below)) > teeth && here > above === here > below;
    if (isTooth && Math.abs(above - below) < teeth / 2) combed += 1;
  }
  if (changed < 0.005 * width * height) return null;
  return combed > 0.12 * changed;
}

export interface Bars {
  /** Lines of black at the edges, pixels of the look. */
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Black bars above and below, or left and right: alike, straight, and lit along their whole edge. The round field of a
 * microscope has none: it meets its black in an arc. Null: none.
 */
export function barsOf(look: Look, range: Range): Bars | null {
  const { width, height } = look;
  const across = barsAlong(height, width, (line, at) => look.luma[line * width + at] ?? 0, range);
  if (across !== null) return { top: across[0], bottom: across[1], left: 0, right: 0 };
  const down = barsAlong(width, height, (line, at) => look.luma[at * width + line] ?? 0, range);
  return down === null ? null : { top: 0, bottom: 0, left: down[0], right: down[1] };
}

function barsAlong(
  lines: number,
  length: number,
  lumaAt: (line: number, at: number) => number,
  range: Range,
): readonly [number, number] | null {
  const limit = blackOf(range) + nearBlack;
  const lit = (line: number): number => {
    let count = 0;
    for (let at = 0; at < length; at += 1) if (lumaAt(line, at) > limit) count += 1;
    return count / length;
  };
  // A logo or a few hot pixels in a bar do not make it a picture.
  const isBar = (line: number): boolean => lit(line) < 0.02;
  let first = 0;
  while (first < lines / 2 && isBar(first)) first += 1;
  let last = 0;
  while (last < lines / 2 && isBar(lines - 1 - last)) last += 1;
  const isWide = Math.min(first, last) >= 0.05 * lines && Math.abs(first - last) <= Math.max(2, 0.02 * lines);
  if (!isWide || first + last >= 0.8 * lines) return null;
  const inside = Math.max(2, Math.round(0.015 * lines));
  const isStraight = lit(first + inside) > 0.7 && lit(lines - 1 - last - inside) > 0.7;
  return isStraight ? [first, last] : null;
}
