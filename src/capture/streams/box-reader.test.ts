import { describe, expect, test } from "vitest";
import { type Box, BoxError, BoxReader, childBoxes, findBox } from "./box-reader.ts";

function box(type: string, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.length);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, body]);
}

function read(stream: Buffer, step: number, limit = 1000): Box[] {
  const boxes: Box[] = [];
  const reader = new BoxReader(limit, (one) => boxes.push(one));
  for (let at = 0; at < stream.length; at += step) reader.push(stream.subarray(at, at + step));
  return boxes;
}

describe("boxes", () => {
  const stream = Buffer.concat([
    box("ftyp", Buffer.from("isom")),
    box("moof", Buffer.alloc(40, 7)),
    box("mdat", Buffer.alloc(99, 1)),
    box("free"),
  ]);

  test.each([1, 2, 3, 7, 8, 9, 50, 1000])("are the same however their bytes arrive: %i at a time", (step) => {
    const boxes = read(stream, step);
    expect(boxes.map((one) => one.type)).toEqual(["ftyp", "moof", "mdat", "free"]);
    expect(Buffer.concat(boxes.map((one) => one.bytes))).toEqual(stream);
  });

  test("with a 64-bit size are read", () => {
    const large = Buffer.concat([
      Buffer.from([0, 0, 0, 1]),
      Buffer.from("mdat"),
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 20]),
      Buffer.alloc(4, 9),
    ]);
    for (const step of [1, 5, 100]) {
      const [one, two] = read(Buffer.concat([large, box("free")]), step);
      expect(one?.type).toBe("mdat");
      expect(one?.bytes.subarray(one.content)).toEqual(Buffer.alloc(4, 9));
      expect(two?.type).toBe("free");
    }
  });

  test("that claim more than the limit are refused before their bytes are waited for", () => {
    const header = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0x6d, 0x64, 0x61, 0x74]);
    expect(() => read(header, 8)).toThrow(BoxError);
  });

  test.each([0, 2, 7])("that claim to be %i bytes long are refused", (size) => {
    const header = Buffer.concat([Buffer.from([0, 0, 0, size]), Buffer.from("mdat")]);
    expect(() => read(header, 8)).toThrow(BoxError);
  });

  test("inside others are found, and one that reaches out of its parent is refused", () => {
    const [moov] = read(box("moov", box("trak", box("mdia", box("mdhd", Buffer.from([1, 2, 3]))))), 100);
    if (moov === undefined) throw new Error("no box");
    expect(findBox(moov, "trak/mdia/mdhd")?.bytes.subarray(8)).toEqual(Buffer.from([1, 2, 3]));
    expect(findBox(moov, "trak/tkhd")).toBeNull();
    const liar = box("trak");
    liar.writeUInt32BE(500);
    expect(() => childBoxes(box("moov", liar), 8)).toThrow(BoxError);
  });
});
