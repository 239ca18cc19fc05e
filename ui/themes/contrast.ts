/** Red, green and blue from 0 to 255, and how much of what is behind is covered, 0 to 1. */
type Colour = readonly [red: number, green: number, blue: number, cover: number];

/** `#rrggbb` or `rgb(r g b / n%)`; anything else throws. */
export function colourOf(css: string): Colour {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(css);
  if (hex) return [parsed(hex[1], 16), parsed(hex[2], 16), parsed(hex[3], 16), 1];
  const rgb = /^rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)$/.exec(css);
  if (!rgb) throw new Error(`not a colour that is understood here: ${css}`);
  return [parsed(rgb[1], 10), parsed(rgb[2], 10), parsed(rgb[3], 10), parsed(rgb[4], 10) / 100];
}

const parsed = (text: string | undefined, base: number): number => Number.parseInt(text ?? "", base);

/** What is seen of a colour over an opaque one. */
export function over(top: Colour, below: Colour): Colour {
  const mixed = (at: 0 | 1 | 2): number => top[at] * top[3] + below[at] * (1 - top[3]);
  return [mixed(0), mixed(1), mixed(2), 1];
}

/** WCAG 2.2, relative luminance. */
function luminance([red, green, blue]: Colour): number {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** WCAG 2.2, contrast ratio: 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [brighter, darker] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return ((brighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}
