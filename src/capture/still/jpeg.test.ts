import { describe, expect, test } from "vitest";
import { JpegError, readJpeg, withHuffmanTables, withItsEnd } from "./jpeg.ts";

const soi = Buffer.from([0xff, 0xd8]);
const eoi = Buffer.from([0xff, 0xd9]);
const segment = (type: number, body: Buffer): Buffer => {
  const header = Buffer.from([0xff, type, 0, 0]);
  header.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([header, body]);
};
const frame = (type: number, sampling: number, chroma = 0x11): Buffer =>
  segment(type, Buffer.from([8, 0x04, 0x38, 0x07, 0x80, 3, 1, sampling, 0, 2, chroma, 1, 3, chroma, 1]));
const scan = Buffer.concat([
  segment(0xda, Buffer.from([3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0])),
  Buffer.from([1, 2, 3, 0xff, 0, 4]),
]);
const dht = segment(0xc4, Buffer.alloc(30));
const jpeg = (...parts: Buffer[]): Buffer => Buffer.concat([soi, ...parts, scan, eoi]);

describe("a JPEG header", () => {
  test.each([
    [0x22, "4:2:0"],
    [0x21, "4:2:2"],
    [0x11, "4:4:4"],
  ])("with sampling %i says %s", (sampling, expected) => {
    expect(readJpeg(jpeg(dht, frame(0xc0, sampling)))).toMatchObject({
      width: 1920,
      height: 1080,
      subsampling: expected,
    });
  });

  test("of ffmpeg's own 4:4:4, where every component has factors 1x2, says 4:4:4", () => {
    expect(readJpeg(jpeg(dht, frame(0xc0, 0x12, 0x12))).subsampling).toBe("4:4:4");
  });

  test("that is progressive, grey, cut off or no JPEG at all is refused with the reason", () => {
    expect(() => readJpeg(jpeg(dht, frame(0xc2, 0x22)))).toThrow("not baseline");
    expect(() => readJpeg(jpeg(dht, segment(0xc0, Buffer.from([8, 0, 16, 0, 16, 1, 1, 0x11, 0]))))).toThrow(
      "three components",
    );
    expect(() => readJpeg(jpeg(dht, frame(0xc0, 0x22)).subarray(0, -1))).toThrow("cut off");
    expect(() => readJpeg(Buffer.from("GIF89a"))).toThrow(JpegError);
    expect(() => readJpeg(Buffer.concat([soi, eoi]))).toThrow(JpegError);
    expect(() => readJpeg(Buffer.concat([soi, Buffer.from([0xff, 0xdb, 0xff, 0xff]), eoi]))).toThrow("broken");
  });
});

describe("Huffman tables", () => {
  test("that a camera left out are put before the scan; all else stays", () => {
    const bare = jpeg(frame(0xc0, 0x21));
    const whole = withHuffmanTables(bare);
    const { scanAt } = readJpeg(bare);
    expect(readJpeg(whole).hasHuffmanTables).toBe(true);
    expect(whole.subarray(0, scanAt)).toEqual(bare.subarray(0, scanAt));
    expect(whole.subarray(scanAt + 420)).toEqual(bare.subarray(scanAt));
  });

  test("that are there are left alone", () => {
    const own = jpeg(dht, frame(0xc0, 0x21));
    expect(withHuffmanTables(own)).toBe(own);
  });
});

describe("the end of a card's JPEG", () => {
  const whole = jpeg(dht, frame(0xc0, 0x21));

  test("is left as it is where it is whole", () => {
    expect(withItsEnd(whole)).toBe(whole);
  });

  test.each([
    ["zeros", Buffer.alloc(8)],
    ["fill bytes", Buffer.from([0xff, 0xff])],
  ])("is found before padding of %s", (_name, padding) => {
    expect(withItsEnd(Buffer.concat([whole, padding])).equals(whole)).toBe(true);
  });

  test("is added where the card leaves it out, and the still is kept", () => {
    const cut = whole.subarray(0, -2);
    expect(withItsEnd(cut).equals(whole)).toBe(true);
    expect(readJpeg(withHuffmanTables(cut))).toMatchObject({ width: 1920, height: 1080 });
  });
});
