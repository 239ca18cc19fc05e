import { expect, test } from "vitest";
import { SmjpegError, SmjpegSplitter } from "./smjpeg-splitter.ts";

const header = Buffer.from("\u0000\nSMJPEG\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000_VID....HEND", "latin1");
function picture(timeMs: number, bytes: Buffer): Buffer {
  const chunk = Buffer.alloc(12);
  chunk.write("vidD", "latin1");
  chunk.writeUInt32BE(timeMs, 4);
  chunk.writeUInt32BE(bytes.length, 8);
  return Buffer.concat([chunk, bytes]);
}

test.each([1, 5, 12, 13, 64, 4096])("pictures and their times are found, %i bytes at a time", (step) => {
  const stream = Buffer.concat([
    header,
    picture(0, Buffer.from("first")),
    picture(33, Buffer.from("vidD")),
    picture(100, Buffer.alloc(500, 7)),
  ]);
  const found: [number, string][] = [];
  const splitter = new SmjpegSplitter(1024, (jpeg, timeMs) => found.push([timeMs, jpeg.toString("latin1")]));
  for (let at = 0; at < stream.length; at += step) splitter.push(stream.subarray(at, at + step));
  expect(found).toEqual([
    [0, "first"],
    [33, "vidD"],
    [100, "\u0007".repeat(500)],
  ]);
});

test("the time goes on where its 32 bits end", () => {
  const times: number[] = [];
  const splitter = new SmjpegSplitter(1024, (_jpeg, timeMs) => times.push(timeMs));
  splitter.push(Buffer.concat([header, picture(2 ** 32 - 10, Buffer.from("a")), picture(23, Buffer.from("b"))]));
  expect(times).toEqual([2 ** 32 - 10, 2 ** 32 + 23]);
});

test("what is no such stream, or too large, is refused", () => {
  const splitter = (): SmjpegSplitter => new SmjpegSplitter(1024, () => {});
  expect(() => splitter().push(Buffer.alloc(5000))).toThrow(SmjpegError);
  expect(() => splitter().push(Buffer.concat([header, Buffer.alloc(12)]))).toThrow(/no picture/);
  expect(() => splitter().push(Buffer.concat([header, picture(0, Buffer.alloc(2000))]))).toThrow(/larger than 1024/);
});
