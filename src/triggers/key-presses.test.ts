import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { KeyBindings, TriggerBinding } from "./bindings.ts";
import { KeyPresses } from "./key-presses.ts";
import type { Moment } from "./presses.ts";

const pedal = { id: "0003:3553:b001", name: "Pedal" };
const binding = (press: "short" | "long"): TriggerBinding => ({
  ...{ id: press, device: pedal.id, deviceName: pedal.name, code: 48, press },
  ...{ action: press === "short" ? "still" : "clip", source: null, learnedAt: 0 },
});
const [short, long] = [binding("short"), binding("long")];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A foot on key B of a pedal for which that is learned; what was acted on, and the frame it named. */
function foot(bound: KeyBindings) {
  const acted: string[] = [];
  let frame = 0;
  const keys = new KeyPresses({
    of: (device, code) => (device === pedal.id && code === 48 ? bound : {}),
    moment: (): Moment => new Map([["scope", { epoch: 1, seq: frame }]]),
    act: ({ press }, moment) => acted.push(moment === undefined ? press : `${press} ${moment.get("scope")?.seq}`),
  });
  const key = (edge: "down" | "up", code = 48) => keys.key(pedal, { code, edge, atMs: Date.now() });
  const wait = (ms: number): void => {
    frame += ms;
    vi.advanceTimersByTime(ms);
  };
  return { keys, key, wait, acted };
}

it("a short press alone acts as the pedal goes down", () => {
  const { key, acted, wait } = foot({ short });
  key("down");
  expect(acted).toEqual(["short"]);
  wait(5_000);
  key("up");
  wait(1_000);
  expect(acted).toEqual(["short"]);
});

it("with a long press beside it, a short one acts when it is let go, with the frame of when it went down", () => {
  const { key, acted, wait } = foot({ short, long });
  wait(40);
  key("down");
  wait(200);
  expect(acted).toEqual([]);
  key("up");
  wait(100);
  expect(acted).toEqual(["short 40"]);
});

it("a long press acts once, while it is still held", () => {
  const { key, acted, wait } = foot({ short, long });
  key("down");
  wait(1_100);
  expect(acted).toEqual(["long 0"]);
  wait(3_000);
  key("up");
  wait(1_000);
  expect(acted).toEqual(["long 0"]);
});

it("a long press alone is nothing when it is short", () => {
  const { key, acted, wait } = foot({ long });
  key("down");
  wait(300);
  key("up");
  wait(5_000);
  expect(acted).toEqual([]);
});

it("a contact that bounces while it is held is held", () => {
  const { key, acted, wait } = foot({ short, long });
  key("down");
  wait(3);
  key("up");
  wait(2);
  key("down");
  wait(1_200);
  expect(acted).toEqual(["long 0"]);
});

it("two presses 150 ms apart are two", () => {
  for (const bound of [{ short }, { short, long }]) {
    const { key, acted, wait } = foot(bound);
    for (const press of [1, 2]) {
      key("down");
      wait(60);
      key("up");
      wait(press === 1 ? 90 : 200);
    }
    expect(acted).toHaveLength(2);
  }
});

it("a device that goes away while its pedal is down loses no press", () => {
  const { keys, key, acted, wait } = foot({ short, long });
  key("down");
  wait(100);
  keys.lost(pedal.id);
  expect(acted).toEqual(["short 0"]);
  wait(5_000);
  expect(acted).toEqual(["short 0"]);
});

it("of a chip of many buttons those are let go that are not watched any more", () => {
  const { keys, key, acted, wait } = foot({ short, long });
  key("down");
  wait(100);
  keys.lost(pedal.id, [46, 17]);
  expect(acted).toEqual([]);
  keys.lost(pedal.id, [48]);
  expect(acted).toEqual(["short 0"]);
  wait(20_000);
  expect(keys.stuck(performance.now())).toEqual([]);
});

it("a pedal that is held for 10 s is stuck until it is let go", () => {
  const { keys, key, wait } = foot({ short });
  key("down");
  wait(9_000);
  expect(keys.stuck(performance.now())).toEqual([]);
  wait(2_000);
  expect(keys.stuck(performance.now())).toEqual(["Pedal"]);
  key("up");
  wait(100);
  expect(keys.stuck(performance.now())).toEqual([]);
});

it("other keys are for typing", () => {
  const { key, acted } = foot({ short });
  expect([key("down", 49), key("up", 49), key("down")]).toEqual([false, false, true]);
  expect(acted).toEqual(["short"]);
});

it("nothing is acted on after it was stopped", () => {
  const { keys, key, acted, wait } = foot({ short, long });
  key("down");
  keys.stop();
  wait(5_000);
  expect(acted).toEqual([]);
});
