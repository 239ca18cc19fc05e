import { expect, it } from "vitest";
import { boundaryOf, FirstPart } from "./multipart-reader.ts";

const content = "DICM\r\n--almos\r\n--al\r\n\r\nlast";
const body = (preamble = "") =>
  Buffer.from(
    `${preamble}--almost\r\nContent-Type: application/dicom\r\nX: y\r\n\r\n${content}\r\n--almost\r\nA: b\r\n\r\nnext\r\n--almost--`,
  );

function read(bytes: Buffer, step: number): { text: string; isDone: boolean } | null {
  const part = new FirstPart("almost");
  const got: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const piece = part.push(bytes.subarray(at, at + step));
    if (piece === null) return null;
    got.push(Buffer.from(piece));
  }
  return { text: Buffer.concat(got).toString(), isDone: part.isDone };
}

it("gives the first part, however the body is cut", () => {
  for (const bytes of [body(), body("preamble\r\n")]) {
    for (let step = 1; step <= bytes.length; step += 1)
      expect(read(bytes, step)).toEqual({ text: content, isDone: true });
  }
});

it("knows that the end has not come", () => {
  const end = body().indexOf("\r\n--almost\r\nA: b");
  expect(read(body().subarray(0, end + 9), 7)?.isDone).toBe(false);
  expect(read(body().subarray(0, end + 10), 7)?.isDone).toBe(true);
});

it("does not look for a part for ever", () => {
  expect(read(Buffer.alloc(100_000, "x"), 1000)).toBeNull();
  expect(read(Buffer.concat([Buffer.from("--almost\r\n"), Buffer.alloc(100_000, "x")]), 1000)).toBeNull();
});

const types: [string, string | undefined][] = [
  ['multipart/related; type="application/dicom"; boundary="a b;c"', "a b;c"],
  ["Multipart/Related;boundary=abc;type=x", "abc"],
  ["multipart/related; type=x", undefined],
  ["application/dicom; boundary=abc", undefined],
  [`multipart/related; boundary=${"a".repeat(5000)}`, undefined],
  ["", undefined],
];
it.each(types)("finds the boundary of %#", (type, boundary) => {
  // RFC 2046 allows 70 characters; of a longer one the beginning would match nothing.
  expect(boundaryOf(type)).toBe(boundary);
});
