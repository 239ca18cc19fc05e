import { describe, expect, test } from "vitest";
import { type Fragment, FragmentRing } from "./fragment-ring.ts";

/** Ten frames a fragment, three fragments a group of pictures. */
const fragment = (index: number, epoch = 1): Fragment => ({
  epoch,
  firstSeq: index * 10,
  frames: 10,
  startsWithKey: index % 3 === 0,
  atMs: index * 1000,
  bytes: Buffer.alloc(100),
});
function ringOf(count: number, limits = { frames: 30, bytes: 100_000 }): FragmentRing {
  const ring = new FragmentRing(limits);
  for (let index = 0; index < count; index += 1) ring.push(fragment(index));
  return ring;
}

describe("the ring of fragments", () => {
  test("begins a clip at the last key frame at or before the press", () => {
    const ring = ringOf(11);
    expect(ring.since(95)?.map((one) => one.firstSeq)).toEqual([90, 100]);
    expect(ring.since(90)?.[0]?.firstSeq).toBe(90);
    expect(ring.since(89)?.[0]?.firstSeq).toBe(60);
  });

  test("begins at the oldest key frame it still has where the press is older", () => {
    expect(ringOf(11).since(3)?.[0]?.startsWithKey).toBe(true);
  });

  test("looks back to the key frame at or before the wanted one, as far as it reaches", () => {
    const ring = ringOf(31, { frames: 200, bytes: 100_000 });
    expect(ring.lookBack(305, 215, 0)?.[0]?.firstSeq).toBe(210);
    expect(ring.lookBack(305, 210, 0)?.[0]?.firstSeq).toBe(210);
    expect(ring.lookBack(305, -500, 0)?.[0]?.firstSeq).toBe(ring.since(0)?.[0]?.firstSeq);
    expect(ring.lookBack(305, 305, 0)?.[0]?.firstSeq).toBe(300);
  });

  test("a look back does not reach a frame before the floor; a plain press is not touched by it", () => {
    const ring = ringOf(31, { frames: 200, bytes: 100_000 });
    expect(ring.lookBack(305, 215, 211)?.[0]?.firstSeq).toBe(240);
    expect(ring.lookBack(305, 215, 270)?.[0]?.firstSeq).toBe(270);
    // No key frame since the floor: as a plain press, from the one before it.
    expect(ring.lookBack(305, 215, 302)?.[0]?.firstSeq).toBe(300);
    expect(ring.lookBack(295, 215, 272)?.[0]?.firstSeq).toBe(270);
    expect(new FragmentRing({ frames: 30, bytes: 1000 }).lookBack(5, 0, 0)).toBeNull();
  });

  test("has nothing to begin with before the first key frame", () => {
    const ring = new FragmentRing({ frames: 30, bytes: 1000 });
    expect(ring.since(0)).toBeNull();
    ring.push(fragment(1));
    expect(ring.since(12)).toBeNull();
  });

  test("keeps as many frames as asked, in whole groups, so that a longer look back is only a number", () => {
    expect(ringOf(60, { frames: 120, bytes: 1e6 }).since(480)?.[0]?.firstSeq).toBe(480);
    expect(ringOf(60, { frames: 30, bytes: 1e6 }).since(450)?.[0]?.firstSeq).not.toBe(450);
  });

  test("drops old groups over its limit of bytes", () => {
    expect(ringOf(60, { frames: 1e6, bytes: 700 }).since(0)?.[0]?.firstSeq).toBeGreaterThan(400);
  });

  test("keeps no video without end that has no further key frame, and goes on with the next one", () => {
    const large = Buffer.alloc(4_000_000);
    const ring = new FragmentRing({ frames: 30, bytes: 1_000_000 });
    const push = (index: number, startsWithKey: boolean): void =>
      ring.push({ ...fragment(index), startsWithKey, bytes: large });
    push(0, true);
    for (let index = 1; index <= 32; index += 1) push(index, false);
    expect([ring.since(1000)?.length, ring.bytes, ring.reaches(1, 329)]).toEqual([undefined, large.length, true]);
    for (let index = 33; index <= 40; index += 1) push(index, false);
    expect([ring.since(1000)?.length, ring.bytes, ring.reaches(1, 409)]).toEqual([undefined, large.length, true]);
    push(41, true);
    push(42, false);
    expect(ring.since(1000)?.map((one) => one.firstSeq)).toEqual([410, 420]);
  });

  test("never mixes two starts of the child", () => {
    const ring = ringOf(5);
    ring.push(fragment(0, 2));
    expect(ring.since(1000)?.map((one) => one.epoch)).toEqual([2]);
  });

  test("knows whether a frame has arrived", () => {
    const ring = ringOf(2);
    expect([ring.reaches(1, 19), ring.reaches(1, 20), ring.reaches(2, 5)]).toEqual([true, false, false]);
  });
});
