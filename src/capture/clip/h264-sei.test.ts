import { expect, test } from "vitest";
import { readFramePacking } from "./h264-sei.ts";

/** NAL units with lengths of four bytes, as in an MP4. */
const sample = (...nals: string[]): Buffer =>
  Buffer.concat(
    nals.flatMap((nal) => {
      const bytes = Buffer.from(nal, "hex");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );

// By H.264 D.1.26, bit by bit: id 0, not cancelled, the type in 7 bits, no quincunx, the interpretation in 6 bits …
const bitsOf = (type: number, interpretation: number, cancel = 0): string => {
  const bits = `1${cancel}${type.toString(2).padStart(7, "0")}0${interpretation.toString(2).padStart(6, "0")}000000${"0".repeat(24)}010`;
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return bytes.map((byte) => Number.parseInt(byte, 2).toString(16).padStart(2, "0")).join("");
};
const sei = (payload: string, type = "2d"): string =>
  `06${type}${(payload.length / 2).toString(16).padStart(2, "0")}${payload}80`;
const slice = "65888400";

test.each([
  [3, 1, { packing: "side-by-side", first: "left" }],
  [3, 2, { packing: "side-by-side", first: "right" }],
  [4, 1, { packing: "top-bottom", first: "left" }],
  [5, 1, { packing: "other", first: "left" }],
  [4, 0, { packing: "top-bottom", first: "unknown" }],
] as const)("type %d with interpretation %d is read", (type, interpretation, packing) => {
  expect(readFramePacking(sample(sei(bitsOf(type, interpretation)), slice), 4)).toEqual(packing);
});

test("it is found behind other messages, long ones and those of another NAL unit", () => {
  const long = `0605ff2d${"aa".repeat(300)}`;
  const both = `${long}${sei(bitsOf(3, 1)).slice(2)}`;
  expect(readFramePacking(sample("0910", sei("00", "06"), both, slice), 4)).toMatchObject({ packing: "side-by-side" });
});

test("nothing is claimed where nothing is said, or where it is taken back", () => {
  expect(readFramePacking(sample(sei("00", "06"), slice), 4)).toBeNull();
  expect(readFramePacking(sample(sei(bitsOf(3, 1, 1)), slice), 4)).toBeNull();
  expect(readFramePacking(Buffer.alloc(0), 4)).toBeNull();
});

test("a broken message is a RangeError, never a loop", () => {
  expect(() => readFramePacking(sample(`06${"ff".repeat(20)}`), 4)).toThrow(RangeError);
});
