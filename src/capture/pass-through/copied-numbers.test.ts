import { describe, expect, test, vi } from "vitest";
import { readFragment } from "../clip/fragments.ts";
import { readMovie } from "../clip/movie-header.ts";
import type { Fragment } from "../rings/fragment-ring.ts";
import { type Box, BoxReader } from "../streams/box-reader.ts";
import { CopiedNumbers, NumberError, NumberGate } from "./copied-numbers.ts";

const sps = Buffer.from("6764001eacd940a02ff9610000030001000003003c8f162d96", "hex");
const track = { width: 640, height: 360, fpsNum: 30_000, fpsDen: 1001, sps, pps: [Buffer.from("68ebe3cb22c0", "hex")] };
const timeUs = (seq: number): number => Math.round((seq * 1000 * 1001) / 30_000) * 1000;

function numbers(shape = track) {
  const fragments: Fragment[] = [];
  const inits: Buffer[] = [];
  const one = new CopiedNumbers({
    ...{ epoch: 5, track: shape, now: () => 1_000_000 },
    onInit: (init) => inits.push(init),
    onFragment: (fragment) => fragments.push(fragment),
  });
  return { one, fragments, inits };
}
const picture = (seq: number, isKey = seq % 30 === 0) => ({
  isKey,
  timeUs: 7000 + seq,
  nals: [Buffer.from([0x65, seq])],
});

function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  new BoxReader(1 << 20, (box) => boxes.push(box)).push(bytes);
  return boxes;
}

describe("the numbers of a stream that is copied", () => {
  test("are those of the decoder, and a picture is recorded only when the decoder has shown it", () => {
    const { one, fragments, inits } = numbers();
    one.head();
    const [ftyp, moov] = boxesOf(inits[0] ?? Buffer.alloc(0));
    expect(ftyp?.type).toBe("ftyp");
    expect(moov && readMovie(moov)).toMatchObject({ timescale: 30_000, codec: "h264", lengthBytes: 4, sps: [sps] });
    for (let seq = 0; seq < 40; seq += 1) one.give(picture(seq));
    expect(fragments).toEqual([]);
    for (let seq = 0; seq < 33; seq += 1) expect(one.counted(seq, timeUs(seq))).toBe(7000 + seq);
    one.flush();
    one.flush();
    expect(fragments.map(({ firstSeq, frames, startsWithKey }) => [firstSeq, frames, startsWithKey])).toEqual([
      ...[
        [0, 7, true],
        [7, 7, false],
        [14, 7, false],
        [21, 7, false],
        [28, 2, false],
        [30, 3, true],
      ],
    ]);
    const boxes = boxesOf(fragments[4]?.bytes ?? Buffer.alloc(0));
    expect(boxes.map(({ type }) => type)).toEqual(["moof", "mdat"]);
    expect(boxes[0] && readFragment(boxes[0])).toEqual({
      ...{ decodeTime: 28 * 1001, samples: 2, sampleDuration: 1001, startsWithKey: false, sizes: [6, 6] },
    });
    expect(boxes[1]?.bytes.subarray(8).toString("hex")).toBe("00000002651c00000002651d");
  });

  test("a picture that was shown does not wait for the next one on its way into the recording", () => {
    vi.useFakeTimers();
    try {
      const { one, fragments } = numbers();
      for (let at = 0; at < 9; at += 1) one.give(picture(at));
      for (let at = 0; at < 9; at += 1) one.counted(at, timeUs(at));
      const firsts = (): number[][] => fragments.map(({ firstSeq, frames }) => [firstSeq, frames]);
      expect(firsts()).toEqual([[0, 7]]);
      vi.advanceTimersByTime(250);
      expect(firsts()).toEqual([
        [0, 7],
        [7, 2],
      ]);
      one.give(picture(9));
      one.counted(9, timeUs(9));
      one.discard();
      vi.advanceTimersByTime(1000);
      expect(fragments).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ["a picture that the decoder left out", 3, timeUs(4)],
    ["a picture that it made up", 3, timeUs(2)],
    ["a number that it left out", 4, timeUs(4)],
    ["a picture that it was never given", 3, timeUs(3)],
  ])("end with %s", (_what, seq, time) => {
    const { one } = numbers();
    for (let at = 0; at < 3; at += 1) one.give(picture(at));
    for (let at = 0; at < 3; at += 1) one.counted(at, timeUs(at));
    if (time !== timeUs(3)) one.give(picture(3));
    expect(() => one.counted(seq, time)).toThrow(NumberError);
  });

  test("end where the decoder does not keep up, or a picture is too large for its way", () => {
    const { one } = numbers();
    for (let at = 0; at < 256; at += 1) one.give(picture(at));
    expect(() => one.give(picture(256))).toThrow(/keep up/);
    const huge = { ...picture(0), nals: [Buffer.alloc(2 ** 24)] };
    expect(() => numbers().one.give(huge)).toThrow(/too large/);
  });

  test("end before the time that goes with them is used up", () => {
    const { one } = numbers({ ...track, fpsNum: 1, fpsDen: 1_000_000 });
    expect(one.give(picture(0)).subarray(4, 8).toString("hex")).toBe("00000000");
    // Milliseconds, the highest eight bits last.
    expect(one.give(picture(1)).subarray(4, 8).toString("hex")).toBe("9aca003b");
    one.give(picture(2));
    expect(() => one.give(picture(3))).toThrow(/begins anew/);
  });
});

test("no picture passes before its number is certain, whichever pipe was read first", () => {
  const gate = new NumberGate();
  const passed: number[] = [];
  const come = (seq: number): void => gate.pass(seq, () => passed.push(seq));
  come(0);
  come(1);
  expect(passed).toEqual([]);
  gate.openUpTo(1);
  expect(passed).toEqual([0]);
  gate.openUpTo(3);
  come(2);
  expect(passed).toEqual([0, 1, 2]);
  expect(() => {
    for (let seq = 3; seq < 300; seq += 1) come(seq);
  }).toThrow(NumberError);
});
