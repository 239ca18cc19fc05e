import { expect, it } from "vitest";
import { AddressTries, networkOf } from "./address-tries.ts";
import {
  addressLimits,
  afterFailure,
  lockLeftMs,
  noTries,
  type Tries,
  triesNow,
  userLimits,
  waitWords,
} from "./lockout.ts";

const minute = 60_000;
const now = 1_790_000_000_000;
const failed = (times: number, at = now): Tries =>
  Array.from({ length: times }).reduce<Tries>((tries) => afterFailure(tries, at, userLimits), noTries);

it("four wrong tries lock nothing, the fifth locks for a minute, each one after it for twice as long", () => {
  expect([1, 2, 3, 4].map((times) => lockLeftMs(failed(times), now))).toEqual([0, 0, 0, 0]);
  expect([5, 6, 7, 8].map((times) => lockLeftMs(failed(times), now) / minute)).toEqual([1, 2, 4, 8]);
});

it("no lock lasts longer than an hour, after any number of tries", () => {
  for (const times of [11, 12, 50, 2_000]) expect(lockLeftMs(failed(times), now)).toBe(60 * minute);
});

it("a lock ends by itself, and the next wrong try locks at once", () => {
  const locked = failed(5);
  expect(lockLeftMs(locked, now + minute - 1)).toBe(1);
  expect(lockLeftMs(locked, now + minute)).toBe(0);
  expect(lockLeftMs(afterFailure(locked, now + minute, userLimits), now + minute)).toBe(2 * minute);
});

it("a day without a wrong try forgets all", () => {
  expect(triesNow(failed(7), now + userLimits.forgetMs, userLimits).failures).toBe(7);
  expect(triesNow(failed(7), now + userLimits.forgetMs + 1, userLimits)).toEqual(noTries);
});

it("a clock that is set back makes a lock last its own length once more, never a year", () => {
  const locked = failed(6);
  const back = now - 365 * 24 * 60 * minute;
  const settled = triesNow(locked, back, userLimits);
  expect(lockLeftMs(settled, back)).toBe(2 * minute);
  expect(lockLeftMs(settled, back + 2 * minute)).toBe(0);
  expect(settled.failures).toBe(6);
});

it("an address is locked after twenty, whoever was tried, and all of a machine's addresses with it", () => {
  const addresses = new AddressTries();
  for (let round = 1; round < addressLimits.free; round += 1) addresses.note(`2001:db8:1:2::${round}`, now);
  expect(addresses.lockLeftMs("2001:db8:1:2::99", now)).toBe(0);
  addresses.note("2001:db8:1:2:ffff::1", now);
  expect(addresses.lockLeftMs("2001:db8:1:2::99", now)).toBe(minute);
  expect(addresses.lockLeftMs("2001:db8:1:3::99", now)).toBe(0);
});

it("so many addresses as there may be are not all remembered", () => {
  const addresses = new AddressTries();
  const lock = (address: string): void => {
    for (let round = 0; round < addressLimits.free; round += 1) addresses.note(address, now);
  };
  lock("10.0.0.1");
  for (let host = 0; host < 999; host += 1) addresses.note(`10.1.${host >> 8}.${host & 255}`, now);
  expect(addresses.lockLeftMs("10.0.0.1", now)).toBe(minute);
  addresses.note("10.2.0.1", now);
  expect(addresses.lockLeftMs("10.0.0.1", now)).toBe(0);
});

it.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::1", "0:0:0:0"],
  ["fe80::0001:2%eth0", "fe80:0:0:0"],
  ["2001:DB8:01:2:3:4:5:6", "2001:db8:1:2"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it.each([
  [1, "1 second"],
  [59_001, "60 seconds"],
  [90_000, "90 seconds"],
  [90_001, "2 minutes"],
  [60 * minute, "60 minutes"],
])("%i ms is told as %s", (ms, words) => {
  expect(waitWords(ms)).toBe(words);
});
