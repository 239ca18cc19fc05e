import { describe, expect, test } from "vitest";
import { JpegSplitter, JpegStreamError } from "./jpeg-splitter.ts";

/** A JPEG whose quantisation table holds the bytes of an end marker. */
const picture = (fill: number): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xdb, 0, 6, 1, 0xff, 0xd9, 2, 0xff, 0xda, 0, 4, 1, 2]),
    Buffer.alloc(20, fill),
    Buffer.from([0xff, 0x00, 0xff, 0xd9]),
  ]);

function split(stream: Buffer, step: number, limit = 10_000): Buffer[] {
  const found: Buffer[] = [];
  const splitter = new JpegSplitter(limit, (jpeg) => found.push(Buffer.from(jpeg)));
  for (let at = 0; at < stream.length; at += step) splitter.push(stream.subarray(at, at + step));
  return found;
}

describe("a stream of JPEGs", () => {
  const pictures = [picture(1), picture(2), picture(3)];

  test.each([1, 2, 3, 13, 40, 41, 1000])("is cut into its pictures when %i bytes come at a time", (step) => {
    expect(split(Buffer.concat(pictures), step)).toEqual(pictures);
  });

  test("gives each picture with its last byte, not with the next one's first", () => {
    expect(split(picture(1), 7)).toHaveLength(1);
    expect(split(picture(1).subarray(0, -1), 7)).toHaveLength(0);
  });

  test("that is none, or never ends, is refused", () => {
    expect(() => split(Buffer.concat([Buffer.from("what is this "), Buffer.from([0xff, 0xd9])]), 5)).toThrow(
      JpegStreamError,
    );
    expect(() => split(picture(1).subarray(0, 30), 5, 20)).toThrow("larger than 20");
  });
});
