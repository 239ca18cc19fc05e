import { describe, expect, it } from "vitest";
import { barsOf, histogramOf, isBlack, isCombed, isRangeWrong, type Look } from "./look-signs.ts";

const [width, height] = [160, 200];

/** A look whose luma is a function of column and line. */
function look(lumaAt: (x: number, y: number) => number): Look {
  const luma = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) luma[y * width + x] = lumaAt(x, y);
  return { luma, width, height };
}
const noise = (x: number, y: number): number => ((x * 31 + y * 17 + x * y) % 7) - 3;
const scene = (x: number, y: number): number => 90 + 60 * Math.sin(x / 20) * Math.cos(y / 25) + noise(x, y);
/** The round field of a microscope, with black around it. */
const round = (x: number, y: number): number => (Math.hypot(x - 80, y - 100) < 95 ? scene(x, y) : 16);

describe("black", () => {
  const black = (lumaAt: (x: number, y: number) => number, range: "limited" | "full" = "limited"): boolean =>
    isBlack(histogramOf(look(lumaAt)), range);

  it("is black with its noise, and a hot pixel does not light it", () => {
    expect(black((x, y) => 17 + noise(x, y))).toBe(true);
    expect(black((x, y) => (x === 3 && y === 3 ? 235 : 16))).toBe(true);
  });

  it("is not a dim scene, nor a small lit field", () => {
    expect(black((x, y) => 30 + noise(x, y))).toBe(false);
    expect(black((x, y) => (Math.hypot(x - 80, y - 100) < 15 ? 120 : 16))).toBe(false);
  });

  it("is another value where the range is another", () => {
    expect(black(() => 20)).toBe(true);
    expect(black(() => 20, "full")).toBe(false);
  });
});

describe("a wrong range", () => {
  const wrong = (lumaAt: (x: number, y: number) => number, range: "limited" | "full"): boolean =>
    isRangeWrong(histogramOf(look(lumaAt)), range);

  it("is a limited picture with much beyond black and white", () => {
    expect(wrong((x) => (x < 20 ? 0 : 255), "limited")).toBe(true);
    expect(wrong(scene, "limited")).toBe(false);
    expect(wrong((x) => (x < 20 ? 12 : 238), "limited")).toBe(false);
  });

  it("is a full picture whose lights pile up at 235, but no dim scene", () => {
    expect(wrong((x, y) => (y < 20 ? 235 : 16 + (x % 100)), "full")).toBe(true);
    expect(wrong(scene, "full")).toBe(false);
    expect(wrong((x, y) => (y < 20 ? 235 : x), "full")).toBe(false);
  });
});

describe("bars", () => {
  const fieldFrom = (top: number, bottom: number) => (x: number, y: number) =>
    y < top || y >= height - bottom ? 16 : 40 + scene(x, y);

  it("are black above and below, or left and right", () => {
    expect(barsOf(look(fieldFrom(20, 20)), "limited")).toEqual({ top: 20, bottom: 20, left: 0, right: 0 });
    expect(
      barsOf(
        look((x, y) => (x < 20 || x >= 140 ? 16 : 40 + scene(x, y))),
        "limited",
      ),
    ).toEqual({
      ...{ top: 0, bottom: 0, left: 20, right: 20 },
    });
  });

  it("are not the round field of a microscope, a dark edge of one side, a thin line, or black", () => {
    expect(barsOf(look(round), "limited")).toBeNull();
    expect(barsOf(look(fieldFrom(20, 0)), "limited")).toBeNull();
    expect(barsOf(look(fieldFrom(4, 4)), "limited")).toBeNull();
    expect(
      barsOf(
        look(() => 16),
        "limited",
      ),
    ).toBeNull();
  });
});

describe("combs", () => {
  /** Both fields at their own time: odd lines have moved on. */
  const edge = (at: number) => (x: number) => (x > at ? 200 : 40);
  const woven = (at: number) => look((x, y) => edge(at + (y % 2) * 12)(x));
  const whole = (at: number) => look((x) => edge(at)(x));

  it("are the edges of what moves between two fields", () => {
    expect(isCombed(woven(60), woven(20))).toBe(true);
    expect(isCombed(whole(60), whole(20))).toBe(false);
  });

  it("cannot be told where little moves, and fine lines that stand still are none", () => {
    const lines = look((_x, y) => (y % 2 === 0 ? 200 : 40));
    expect(isCombed(lines, lines)).toBeNull();
    expect(isCombed(woven(60), null)).toBeNull();
  });
});
