import { expect, it } from "vitest";
import { checkNewPin, isPin } from "./pin.ts";
import { newPin, typedCode } from "./secret.ts";

it.each(["2580", "271828", "314159265358"])("%s is a PIN", (pin) => {
  expect(() => checkNewPin(pin)).not.toThrow();
});

it.each([
  ["too short", "258"],
  ["too long", "3141592653589"],
  ["nothing", ""],
  ["letters", "12a4"],
  ["a NUL", "2580\0"],
  ["a line end", "2580\n"],
  ["spaces", " 2580"],
  ["Arabic digits", "٢٥٨٠"],
  ["full-width digits", "２５８０"],
  ["a hundred thousand digits", "7".repeat(100_000)],
])("%s: no PIN", (_name, pin) => {
  expect(isPin(pin)).toBe(false);
  expect(() => checkNewPin(pin)).toThrow("4 to 12 digits");
});

it.each(["0000", "777777777777", "1234", "8901", "4321", "10987", "1212", "585858"])("%s is tried first", (pin) => {
  expect(() => checkNewPin(pin)).toThrow("tried first");
});

it("a PIN that the box makes is fit", () => {
  for (let round = 0; round < 200; round += 1) expect(() => checkNewPin(newPin())).not.toThrow();
});

it("a code is the same however it is typed", () => {
  expect(typedCode("ab1o0-lvwxy")).toBe(typedCode("AB100 1VWXY"));
  expect(typedCode("AB100-1VWXZ")).not.toBe(typedCode("AB100-1VWXY"));
});
