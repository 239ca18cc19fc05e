import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CodedFrames } from "./coded-frames.ts";
import { FragmentRing } from "./fragment-ring.ts";
import { FrameRing } from "./frame-ring.ts";
import { LookBacks } from "./look-backs.ts";
import { PreviewRing } from "./preview-ring.ts";

const epoch = 5;
let frames: FrameRing;
let shown: PreviewRing;
let fragments: FragmentRing;
let codedFrames: CodedFrames;
let floor = 0;
let lookBacks: LookBacks;

beforeEach(() => {
  vi.useFakeTimers();
  frames = new FrameRing({ frames: 5, bytes: 1000 });
  shown = new PreviewRing({ frames: 20, bytes: 1000 });
  floor = 0;
  fragments = new FragmentRing({ frames: 8, bytes: 1000 });
  codedFrames = new CodedFrames(fragments);
  lookBacks = new LookBacks({
    frames,
    shown,
    coded: codedFrames,
    codedReach: 12,
    floorOf: () => floor,
    now: () => 1_000,
  });
});
afterEach(() => void vi.useRealTimers());

function come(seq: number, isShown = true, isKept = true): Buffer[] {
  if (isShown) shown.push({ epoch, seq, jpeg: Buffer.from(`small ${seq}`) });
  return isKept ? frames.push({ epoch, seq, atMs: seq, bytes: Buffer.from([seq + 1]) }) : [];
}
const comeUpTo = (first: number, last: number): void => {
  for (let seq = first; seq <= last; seq += 1) come(seq);
};

test("what is held is what can be seen and kept: no picture that is only one of the two", () => {
  comeUpTo(0, 9);
  come(10, true, false);
  const held = lookBacks.hold();
  expect(held).toMatchObject({ epoch, seqs: [5, 6, 7, 8, 9], exactFromSeq: 5, expiresAt: 31_000 });
});

test("what is held stays at full resolution while others come, and its bytes are not written into again", () => {
  comeUpTo(0, 4);
  lookBacks.hold();
  for (let seq = 5; seq < 30; seq += 1) expect(come(seq).every(([first]) => (first ?? 0) > 5)).toBe(true);
  expect(frames.find({ epoch, seq: 2 })?.bytes[0]).toBe(3);
  expect(String(lookBacks.pictureOf({ epoch, seq: 2 }))).toBe("small 2");
});

test("a hold lapses by itself, is let go, or makes room for the next", () => {
  const isHere = (): boolean => frames.find({ epoch, seq: 0 }) !== null;
  comeUpTo(0, 4);
  lookBacks.hold();
  comeUpTo(5, 30);
  vi.advanceTimersByTime(29_000);
  expect(isHere()).toBe(true);
  vi.advanceTimersByTime(1_000);
  expect(isHere()).toBe(false);
  expect(lookBacks.pictureOf({ epoch, seq: 0 })).toBeNull();
  const first = lookBacks.hold();
  const second = lookBacks.hold();
  comeUpTo(31, 40);
  lookBacks.release(first.holdId);
  expect(frames.find({ epoch, seq: second.seqs[0] ?? -1 })).not.toBeNull();
  lookBacks.release(second.holdId);
  expect(frames.find({ epoch, seq: second.seqs[0] ?? -1 })).toBeNull();
});

test("no look back reaches what was before the floor, neither held nor asked for", () => {
  comeUpTo(0, 4);
  floor = 3;
  expect(lookBacks.hold()).toMatchObject({ seqs: [3, 4] });
  expect(lookBacks.pictureOf({ epoch, seq: 2 })).toBeNull();
  floor = 5;
  expect(lookBacks.pictureOf({ epoch, seq: 4 })).toBeNull();
  expect(() => lookBacks.hold()).toThrow("no picture to look back to");
});

test("a preview that is thinned out gives the pictures that were shown", () => {
  for (let seq = 0; seq < 10; seq += 1) come(seq, seq % 2 === 1);
  expect(lookBacks.hold()).toMatchObject({ seqs: [5, 7, 9] });
});

test("emptied rings are blank, also what only a hold still has", () => {
  comeUpTo(0, 4);
  lookBacks.hold();
  const held = frames.find({ epoch, seq: 0 })?.bytes;
  const small = lookBacks.pictureOf({ epoch, seq: 0 });
  comeUpTo(5, 40);
  frames.empty();
  lookBacks.empty();
  shown.empty();
  expect([held?.[0], frames.bytes, shown.bytes]).toEqual([0, 0, 0]);
  expect(small?.every((byte) => byte === 0)).toBe(true);
  expect(lookBacks.pictureOf({ epoch, seq: 0 })).toBeNull();
  expect(() => lookBacks.hold()).toThrow("no picture to look back to");
});

test("what is held counts as memory once", () => {
  comeUpTo(0, 4);
  lookBacks.hold();
  expect(frames.bytes).toBe(5);
  comeUpTo(5, 9);
  expect(frames.bytes).toBe(10);
});

/** A fragment of four frames; every second one begins with a key frame. */
const coded = (firstSeq: number): void =>
  fragments.push({ epoch, firstSeq, frames: 4, startsWithKey: firstSeq % 8 === 0, atMs: 0, bytes: Buffer.from([1]) });

test("beyond the full frames it reaches what is coded, as far as is allowed, and holds that too", () => {
  comeUpTo(0, 15);
  for (const first of [0, 4, 8, 12]) coded(first);
  const held = lookBacks.hold();
  expect(held).toMatchObject({ seqs: Array.from({ length: 13 }, (_one, at) => at + 3), exactFromSeq: 11 });
  // The ring goes on; what is held can still be taken, and not once it is let go.
  const has = (): boolean => codedFrames.has({ epoch, seq: 3 });
  for (const first of [16, 20, 24, 28, 32]) coded(first);
  expect(has()).toBe(true);
  comeUpTo(16, 35);
  expect(String(lookBacks.pictureOf({ epoch, seq: 3 }))).toBe("small 3");
  lookBacks.release(held.holdId);
  expect([lookBacks.pictureOf({ epoch, seq: 3 }), has()]).toEqual([null, false]);
  floor = 30;
  expect(lookBacks.hold().seqs[0]).toBe(30);
});

test("a source that has no full frames is looked back to in what is coded alone; what is not coded yet is left out", () => {
  for (let seq = 0; seq < 10; seq += 1) come(seq, true, false);
  expect(() => lookBacks.hold()).toThrow("no picture to look back to");
  coded(0);
  coded(4);
  expect(lookBacks.hold()).toMatchObject({ seqs: [0, 1, 2, 3, 4, 5, 6, 7], exactFromSeq: null });
});
