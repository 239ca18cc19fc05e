import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

/** A clock that only waiting moves. */
function standing() {
  let now = 1000;
  const waits: number[] = [];
  const pace = new Pace(
    () => now,
    async (ms) => {
      waits.push(ms);
      now += ms;
    },
  );
  return { pace, waits, pass: (ms: number) => (now += ms) };
}

test("the same thing is asked no more often than 4 times a second", async () => {
  const { pace, waits, pass } = standing();
  await pace.turn("health");
  expect(waits).toEqual([]);
  await pace.turn("health");
  pass(100);
  await pace.turn("health");
  expect(waits).toEqual([250, 150]);
  pass(250);
  await pace.turn("health");
  expect(waits).toHaveLength(2);
});

test("one thing does not wait for another", async () => {
  const { pace, waits } = standing();
  await pace.turn("health");
  await pace.turn("sources");
  expect(waits).toEqual([]);
});

test("those who wait at once are let through one after the other", async () => {
  const waits: number[] = [];
  const pace = new Pace(
    () => 0,
    async (ms) => void waits.push(ms),
  );
  await Promise.all([pace.turn("nodes"), pace.turn("nodes"), pace.turn("nodes")]);
  expect(waits).toEqual([250, 500]);
});
