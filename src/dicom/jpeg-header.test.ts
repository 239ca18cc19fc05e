import { describe, expect, it } from "vitest";
import { readJpegHeader } from "./jpeg-header.ts";

const soi = [0xff, 0xd8];
const jfif = [0xff, 0xe0, 0, 4, 0, 0];
const adobe = (transform: number): number[] => [
  0xff,
  0xee,
  0,
  14,
  ...Buffer.from("Adobe"),
  0,
  100,
  0,
  0,
  0,
  0,
  transform,
];
const frame = (marker: number, luma: number, chroma = 0x11): number[] => [
  ...[0xff, marker, 0, 17, 8, 0x04, 0x38, 0x07, 0x80, 3],
  ...[1, luma, 0, 2, chroma, 1, 3, chroma, 1],
];

describe("what a JPEG says about itself", () => {
  it("size, subsampling and colour", () => {
    expect(readJpegHeader(Uint8Array.from([...soi, ...jfif, ...frame(0xc0, 0x21)]))).toEqual({
      rows: 1080,
      columns: 1920,
      samplesPerPixel: 3,
      bitsPerSample: 8,
      process: "baseline",
      subsampling: "4:2:2",
      photometricInterpretation: "YBR_FULL_422",
    });
  });

  it.each([
    [0x11, 0x11, "4:4:4"],
    [0x22, 0x11, "4:2:0"],
    [0x22, 0x12, "4:2:2"],
    [0x41, 0x11, "other"],
    [0x11, 0x00, "other"],
  ])("sampling %i to %i is %s", (luma, chroma, subsampling) => {
    const header = readJpegHeader(Uint8Array.from([...soi, ...frame(0xc0, luma, chroma)]));
    expect(header).toMatchObject({ subsampling, photometricInterpretation: "YBR_FULL_422" });
  });

  it("an Adobe marker may say RGB; a progressive JPEG is no baseline one", () => {
    const rgb = readJpegHeader(Uint8Array.from([...soi, ...adobe(0), ...frame(0xc2, 0x11)]));
    expect(rgb).toMatchObject({ photometricInterpretation: "RGB", process: "other" });
    const ybr = readJpegHeader(Uint8Array.from([...soi, ...adobe(1), 0xff, ...frame(0xc0, 0x11)]));
    expect(ybr.photometricInterpretation).toBe("YBR_FULL_422");
  });

  it("anything else is malformed", () => {
    const valid = [...soi, ...jfif, ...frame(0xc0, 0x21)];
    for (let length = 0; length < valid.length; length += 1) {
      const cut = Uint8Array.from(valid.slice(0, length));
      expect(() => readJpegHeader(cut)).toThrow(expect.objectContaining({ code: "malformed" }));
    }
    for (const bytes of [
      [...soi, 1, 2, 3, 4],
      [...soi, 0xff, 0xda, 0, 2],
      [...soi, 0xff, 0xe0, 0, 0, 0xff, 0xd9, 0, 0],
    ]) {
      expect(() => readJpegHeader(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: "malformed" }));
    }
  });
});
