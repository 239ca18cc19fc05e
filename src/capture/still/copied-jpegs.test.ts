import { expect, test } from "vitest";
import type { Box } from "../streams/box-reader.ts";
import { CopiedJpegs } from "./copied-jpegs.ts";

/** A fragment of one picture at that time, microseconds; the picture is its name. */
function fragment(time: number, name: string): Box[] {
  const box = (type: string, ...inside: Buffer[]): Buffer => {
    const content = Buffer.concat(inside);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + content.length, 0);
    head.write(type, 4, "latin1");
    return Buffer.concat([head, content]);
  };
  const number = (value: number, bytes: number): Buffer =>
    Buffer.from(value.toString(16).padStart(2 * bytes, "0"), "hex");
  const track = box("tfhd", number(0x020000, 4), number(1, 4));
  const begin = box("tfdt", number(0x01000000, 4), number(time, 8));
  const samples = box("trun", number(0, 4), number(1, 4));
  const moof = box("moof", box("traf", track, begin, samples));
  const mdat = box("mdat", Buffer.from(name));
  return [
    { type: "moof", bytes: moof, content: 8 },
    { type: "mdat", bytes: mdat, content: 8 },
  ];
}

function paired(work: (jpegs: CopiedJpegs, copy: (time: number, name: string) => void) => void): string[] {
  const found: string[] = [];
  const jpegs = new CopiedJpegs((bytes, seq) => found.push(`${bytes.toString()}=${seq}`));
  work(jpegs, (time, name) => {
    for (const box of fragment(time, name)) jpegs.addBox(box);
  });
  return found;
}

test("each JPEG gets the number of the decoded frame of its time, whichever comes first, also where rounding moved it", () => {
  const found = paired((jpegs, copy) => {
    jpegs.addTime(0, 0);
    copy(0, "a");
    copy(33_334, "b");
    copy(66_666, "c");
    jpegs.addTime(1, 33_333);
    jpegs.addTime(2, 66_667);
  });
  expect(found).toEqual(["a=0", "b=1", "c=2"]);
});

test("a JPEG that could not be decoded has no number, and takes none of another", () => {
  const found = paired((jpegs, copy) => {
    jpegs.addTime(0, 33_333);
    copy(0, "broken");
    copy(33_333, "a");
    jpegs.addTime(1, 66_667);
    copy(50_000, "broken too");
    copy(66_667, "b");
  });
  expect(found).toEqual(["a=0", "b=1"]);
});

test("two frames of one time stamp keep their order, though the muxer moves the second", () => {
  const found = paired((jpegs, copy) => {
    jpegs.addTime(10, 1_000_000);
    jpegs.addTime(11, 1_000_000);
    copy(1_000_000, "a");
    copy(1_000_001, "b");
  });
  expect(found).toEqual(["a=10", "b=11"]);
});

test("a time stamp that goes back, which the muxer clamps, never gives a number to a second picture", () => {
  const found = paired((jpegs, copy) => {
    jpegs.addTime(10, 1_000_000);
    jpegs.addTime(11, 999_000);
    copy(1_000_000, "a");
    copy(1_000_001, "b");
    jpegs.addTime(12, 1_033_000);
    copy(1_033_000, "c");
  });
  expect(found).toEqual(["a=10", "c=12"]);
});
