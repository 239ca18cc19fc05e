import { describe, expect, it } from "vitest";
import { deviceOf, hasTriggerKeys } from "./devices.ts";
import { keyName } from "./key-names.ts";

const pedal = { name: "PCsensor FootSwitch Keyboard", bus: "0003", vendor: "3553", product: "b001", uniq: "" };

describe("who a device is", () => {
  it("is the same for all event files of one pedal, in any socket", () => {
    const [keyboard, mouse] = [
      deviceOf({ ...pedal, file: "event3" }),
      deviceOf({ ...pedal, file: "event9", name: "PCsensor FootSwitch Mouse" }),
    ];
    expect(keyboard).toEqual({ id: "0003:3553:b001", name: "PCsensor FootSwitch Keyboard" });
    expect(mouse.id).toBe(keyboard.id);
  });

  it("tells two alike apart by their serial numbers", () => {
    expect(deviceOf({ ...pedal, file: "event3", uniq: "A1" }).id).toBe("0003:3553:b001:A1");
  });

  it("is its name, or else its file, where the kernel knows no numbers", () => {
    const none = { bus: "0019", vendor: "0000", product: "0000", uniq: "" };
    expect(deviceOf({ ...none, file: "event1", name: "gpio-keys" }).id).toBe("name:gpio-keys");
    expect(deviceOf({ file: "event7", name: "", bus: "", vendor: "", product: "" })).toEqual({
      id: "file:event7",
      name: "event7",
    });
  });

  it("has a name without anything that is no text", () => {
    expect(deviceOf({ ...pedal, file: "event3", name: "Foot\x00\x1b[31mé" }).name).toBe("Foot[31m");
  });
});

describe("whether a device has keys", () => {
  it.each([
    ["a keyboard", "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe", true],
    ["a power button", "10000000000000 0", true],
    ["a mouse", "1f0000 0 0 0 0", false],
    ["a touch panel", "400 0 0 0 0 0", false],
    ["a joystick", "ffff00000000 0 0 0 0", true],
    ["nothing", "0", false],
    ["no bitmap at all", "what", false],
  ])("%s", (_name, bitmap, has) => {
    expect(hasTriggerKeys(bitmap)).toBe(has);
  });
});

it("keys have the names that are printed on them", () => {
  const names = [48, 30, 2, 11, 59, 68, 87, 88, 183, 194, 28, 109, 257, 999].map((code) => keyName("0003:3553", code));
  expect(names).toEqual([
    ...["B", "A", "1", "0", "F1", "F10", "F11", "F12", "F13", "F24", "Enter", "Page Down", "Button 2", "key 999"],
  ]);
  expect(keyName("gpio:gpiochip0", 17)).toBe("line 17");
});
