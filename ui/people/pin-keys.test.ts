import { expect, test } from "vitest";
import { afterKeyboard, isLongEnough, nothingTyped, type TypedPin, withKey } from "./pin-keys.ts";

const type = (keys: readonly string[], everyMs: number, from: TypedPin = nothingTyped, start = 1000) =>
  keys.reduce((typed, key, index) => afterKeyboard(typed, key, start + index * everyMs), { ...from, isDone: false });

test("digits of a keyboard are a PIN once Enter comes after four of them", () => {
  expect(type(["2", "5", "8", "0"], 90)).toMatchObject({ digits: "2580", isDone: false });
  expect(type(["2", "5", "8", "0", "Enter"], 90)).toMatchObject({ digits: "2580", isDone: true });
  expect(type(["2", "5", "8", "Enter"], 90).isDone).toBe(false);
});

test("letters and signs are no digits, and Backspace takes the last one back", () => {
  expect(type(["2", "x", "٣", "F5", "5", "Backspace", "9"], 90).digits).toBe("29");
});

test("a scanner types nothing, and its Enter sends nothing", () => {
  const scan = type([..."9260123456", "Enter"], 5);
  expect(scan).toMatchObject({ digits: "", isDone: false });
  // What a finger had typed before it is not taken for the rest of a PIN either.
  const half = type(["2", "5", "8", "0"], 90);
  expect(type([..."123", "Enter"], 5, half, 2000)).toMatchObject({ digits: "", isDone: false });
});

test("after a scanner a person types again as soon as it is quiet", () => {
  const scan = type([..."9260123456", "Enter"], 5);
  expect(type(["2", "5", "8", "0", "Enter"], 90, scan, 2000)).toMatchObject({ digits: "2580", isDone: true });
});

test("there are twelve digits at most, and erasing nothing is nothing", () => {
  const full = [..."1234567890123"].reduce((typed, key) => withKey(typed, key), nothingTyped);
  expect(full.digits).toBe("123456789012");
  expect(withKey(nothingTyped, "erase").digits).toBe("");
  expect(isLongEnough({ ...nothingTyped, digits: "123" })).toBe(false);
});
