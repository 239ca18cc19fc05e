import { describe, expect, test } from "vitest";
import { FrameRing } from "./frame-ring.ts";

const frame = (seq: number, epoch = 1) => ({ epoch, seq, atMs: seq, bytes: Buffer.from([seq & 255, epoch & 255]) });
function ringOf(count: number, limits = { frames: 5, bytes: 1000 }): FrameRing {
  const ring = new FrameRing(limits);
  for (let seq = 0; seq < count; seq += 1) ring.push(frame(seq));
  return ring;
}

describe("the ring of frames", () => {
  test("keeps the newest frames within its limits of number and of bytes", () => {
    expect(ringOf(9).find({ epoch: 1, seq: 3 })).toBeNull();
    expect(ringOf(9).find({ epoch: 1, seq: 4 })?.seq).toBe(4);
    expect(ringOf(9, { frames: 100, bytes: 6 }).length).toBe(3);
  });

  test("gives back the bytes of what left", () => {
    const ring = ringOf(5);
    expect(ring.push(frame(5)).map((bytes) => bytes[0])).toEqual([0]);
  });

  test("waits for a frame that the preview overtook", async () => {
    const ring = ringOf(3);
    const waiting = ring.wait({ epoch: 1, seq: 4 }, 5000);
    ring.push(frame(3));
    ring.push(frame(4));
    expect((await waiting)?.seq).toBe(4);
  });

  test("hands out a copy, for its own bytes are written into again", async () => {
    const ring = ringOf(2);
    const kept = await ring.wait({ epoch: 1, seq: 1 }, 10);
    ring.find({ epoch: 1, seq: 1 })?.bytes.fill(99);
    expect(kept?.bytes[0]).toBe(1);
  });

  test("does not wait for a frame that is gone, was skipped, belongs to a later start, or never comes", async () => {
    const ring = ringOf(9);
    expect(await ring.wait({ epoch: 1, seq: 0 }, 5000)).toBeNull();
    const skipped = ring.wait({ epoch: 1, seq: 9 }, 5000);
    ring.push(frame(10));
    expect(await skipped).toBeNull();
    const overtaken = ring.wait({ epoch: 1, seq: 11 }, 5000);
    ring.push(frame(0, 2));
    expect(await overtaken).toBeNull();
    const ended = ring.wait({ epoch: 2, seq: 1 }, 5000);
    ring.endWaits();
    expect(await ended).toBeNull();
    expect(await ring.wait({ epoch: 2, seq: 7 }, 1)).toBeNull();
  });

  test("names the nearest frame of the same start, else the newest", () => {
    const ring = ringOf(9);
    // One that left long ago: the oldest would be as wrong, and older still.
    expect(ring.nearest({ epoch: 1, seq: 0 })?.seq).toBe(8);
    expect(ring.nearest({ epoch: 7, seq: 0 })?.seq).toBe(8);
  });

  test("is empty and blank after it was emptied", () => {
    const ring = ringOf(3);
    const bytes = ring.newest()?.bytes;
    ring.empty();
    expect(ring.newest()).toBeNull();
    expect(bytes).toEqual(Buffer.alloc(2));
  });
});
