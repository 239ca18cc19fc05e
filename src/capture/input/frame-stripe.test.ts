import { describe, expect, test } from "vitest";
import { frameStripe, readStripe, stripeCells } from "./frame-stripe.ts";

function draw(number: number, width: number, height: number): Uint8Array {
  const luma = new Uint8Array(width * height).fill(60);
  stripeCells(width, height).forEach((cell, index) => {
    const bit = (number >> (frameStripe.bits - 1 - (index % frameStripe.bits))) & 1;
    const white = index < frameStripe.bits ? bit === 1 : bit === 0;
    for (let y = cell.y; y < cell.y + cell.height; y += 1) {
      luma.fill(white ? 235 : 16, y * width + cell.x, y * width + cell.x + cell.width);
    }
  });
  return luma;
}

describe("the frame stripe", () => {
  test.each([
    [1920, 1080],
    [960, 540],
    [640, 360],
    [480, 270],
  ])("is read back at %i×%i", (width, height) => {
    for (const number of [0, 1, 2, 524_288, 699_050, 1_048_575]) {
      expect(readStripe(draw(number, width, height), width, height)).toBe(number);
    }
  });

  test("has cells of at least 32 pixels at 1080p, on even pixels", () => {
    for (const { x, y, width, height } of stripeCells(1920, 1080)) {
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(32);
      expect((x + y + width + height) % 2).toBe(0);
    }
  });

  test("is not seen where a cell is grey or contradicts its inverse", () => {
    expect(readStripe(new Uint8Array(640 * 360).fill(128), 640, 360)).toBeNull();
    expect(readStripe(new Uint8Array(640 * 360).fill(16), 640, 360)).toBeNull();
    expect(readStripe(new Uint8Array(10), 640, 360)).toBeNull();
  });
});
