import { expect, test } from "vitest";
import { Remembered } from "./remembered.ts";

const size = (text: string): number | null => (Number(text) > 0 ? Number(text) : null);

function browser(kept: Record<string, string> = {}) {
  return {
    kept,
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void Object.assign(kept, { [key]: value }),
    removeItem: (key: string) => void Reflect.deleteProperty(kept, key),
  };
}

test("a choice is there after a reload, until it is taken back", () => {
  const storage = browser();
  const chosen = new Remembered("size", size, () => storage);
  expect(chosen.get()).toBeNull();
  chosen.choose(12);
  expect(new Remembered("size", size, () => storage).get()).toBe(12);
  chosen.choose(null);
  expect([chosen.get(), new Remembered("size", size, () => storage).get()]).toEqual([null, null]);
});

test("what is no such choice is no choice", () => {
  expect(new Remembered("size", size, () => browser({ "scopeline.size": "large" })).get()).toBeNull();
});

test("a browser that stores nothing still follows the choice", () => {
  const chosen = new Remembered("size", size, () => {
    throw new Error("denied");
  });
  chosen.choose(3);
  expect(chosen.get()).toBe(3);
});
