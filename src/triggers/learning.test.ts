import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Learning } from "./learning.ts";

const pedal = { id: "0003:3553:b001", name: "Pedal" };
const other = { id: "0003:0001:0001", name: "Keyboard" };
const [b, c, control] = [48, 46, 29];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function learn() {
  const learning = new Learning(15_000);
  const ended = learning.learned.then(
    ({ device, code, press }) => `${device.name} ${code} ${press}`,
    (error: { code: string }) => error.code,
  );
  const key = (code: number, edge: "down" | "up", device = pedal) =>
    learning.key(device, { code, edge, atMs: Date.now() });
  return { learning, ended, key };
}

it("learns a key that is pressed, and how long", async () => {
  for (const [heldMs, press] of [
    [200, "short"],
    [1_300, "long"],
  ] as const) {
    const { ended, key } = learn();
    key(b, "down");
    vi.advanceTimersByTime(heldMs);
    key(b, "up");
    vi.advanceTimersByTime(200);
    expect(await ended).toBe(`Pedal ${b} ${press}`);
  }
});

it("learns the key of a pedal that sends it together with control", async () => {
  const { ended, key } = learn();
  key(control, "down");
  key(b, "down");
  key(b, "up");
  key(control, "up");
  vi.advanceTimersByTime(200);
  expect(await ended).toBe(`Pedal ${b} short`);
});

it("a bounce is the same press of the same key", async () => {
  const { ended, key } = learn();
  key(b, "down");
  key(b, "up");
  vi.advanceTimersByTime(5);
  key(b, "down");
  vi.advanceTimersByTime(1_200);
  key(b, "up");
  vi.advanceTimersByTime(200);
  expect(await ended).toBe(`Pedal ${b} long`);
});

it("does not take a scanner for a pedal", async () => {
  const { ended, key } = learn();
  key(b, "down");
  key(b, "up");
  vi.advanceTimersByTime(10);
  key(c, "down");
  expect(await ended).toBe("several-keys");
});

it("never learns the finger on the screen, nor a key that was down before", async () => {
  const { ended, key } = learn();
  key(0x14a, "down", other);
  key(0x14a, "up", other);
  key(0x110, "down", other);
  key(0x110, "up", other);
  key(c, "up", other);
  vi.advanceTimersByTime(15_000);
  expect(await ended).toBe("nothing-pressed");
});

it("can be ended, and then learns nothing", async () => {
  const { learning, ended, key } = learn();
  key(b, "down");
  learning.cancel();
  key(b, "up");
  vi.advanceTimersByTime(20_000);
  expect(await ended).toBe("learning-cancelled");
});
