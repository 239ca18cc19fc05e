import { expect, test } from "vitest";
import { JpegError } from "./jpeg.ts";
import { readJpegLs } from "./jpeg-ls.ts";

const start = [0xff, 0xd8];
const end = [0xff, 0xd9];
const frame = (precision = 8, components = 3): number[] =>
  [0xff, 0xf7, 0, 17, precision, 0x04, 0x38, 0x07, 0x80, components].concat([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
/** With two bytes of pixels; `shift` is the point transform. */
const scanOf = (near = 0, shift = 0): number[] => [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, near, 1, shift, 7, 7];
const scan = scanOf();
const bytes = (...parts: number[][]): Buffer => Buffer.from(parts.flat());

test("the size is read from the frame header, behind other segments too", () => {
  const presets = [0xff, 0xf8, 0, 4, 1, 1];
  expect(readJpegLs(bytes(start, frame(), scan, end))).toEqual({ width: 1920, height: 1080 });
  expect(readJpegLs(bytes(start, presets, frame(), scan, end))).toEqual({ width: 1920, height: 1080 });
});

test.each([
  ["cut off", bytes(start, frame(), scan)],
  ["cut off", Buffer.alloc(0)],
  ["8 bits and three components", bytes(start, frame(12), scan, end)],
  ["8 bits and three components", bytes(start, frame(8, 1), scan, end)],
  ["not without loss", bytes(start, frame(), scanOf(1), end)],
  ["not without loss", bytes(start, frame(), scanOf(0, 1), end)],
  ["not one scan", bytes(start, frame(), [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0, 7, 7], end)],
  ["not one scan", bytes(start, frame(), scan.slice(0, 9), end)],
  ["no JPEG-LS", bytes(start, frame(), [0xff, 0xf8, 0, 4, 1, 1], end)],
  ["no JPEG-LS", bytes(start, scan, scan, end)],
  ["no JPEG-LS", bytes(start, Array(60).fill(0), end)],
])("what is no such picture is refused: %s", (why, picture) => {
  expect(() => readJpegLs(picture)).toThrow(JpegError);
  expect(() => readJpegLs(picture)).toThrow(why);
});
