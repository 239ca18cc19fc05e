import { expect, test } from "vitest";
import { SameFrames } from "./same-frames.ts";
import { SizeGate } from "./size-gate.ts";

test("frames are the same for as long as every byte is", () => {
  const same = new SameFrames();
  const frame = (value: number): Buffer => Buffer.alloc(64, value);
  same.onFrame(frame(1), 0);
  expect(same.sameForMs(0)).toBe(0);
  same.onFrame(frame(1), 100);
  same.onFrame(frame(1), 200);
  expect(same.sameForMs(300)).toBe(200);
  same.onFrame(frame(2), 400);
  expect(same.sameForMs(400)).toBe(0);
});

test("memory that is written into again is no frame that is the same", () => {
  const same = new SameFrames();
  const memory = Buffer.allocUnsafeSlow(64);
  same.onFrame(memory.fill(1), 0);
  same.onFrame(memory.fill(2), 100);
  expect(same.sameForMs(900)).toBe(0);
});

test("pictures pass once their size is known to be right, or was never said", () => {
  const gate = new SizeGate({ width: 640, height: 360 });
  expect(gate.isOpen(0)).toBe(false);
  expect(gate.arrives({ width: 640, height: 360 })).toBe(true);
  expect(gate.isOpen(1)).toBe(true);
  const mute = new SizeGate({ width: 640, height: 360 });
  expect([mute.isOpen(0), mute.isOpen(400), mute.isOpen(501)]).toEqual([false, false, true]);
});

test("a picture of another size never passes, whatever comes after", () => {
  const gate = new SizeGate({ width: 640, height: 360 });
  expect(gate.arrives({ width: 320, height: 240 })).toBe(false);
  gate.arrives({ width: 640, height: 360 });
  expect(gate.isOpen(9_999)).toBe(false);
});
