import { expect, it } from "vitest";
import { LastKnown } from "./last-known.ts";
import { silentLog } from "./lib/log.ts";

it("what cannot be read is as it was, and it is known that it is", () => {
  const known = new LastKnown(silentLog);
  const fails = (): string => {
    throw new Error("disk I/O error");
  };
  expect([known.read("a", fails, "none"), known.isRead]).toEqual(["none", false]);
  expect([known.read("a", () => "one", "none"), known.isRead]).toEqual(["one", true]);
  expect([known.read("a", fails, "none"), known.read("b", () => "two", "none"), known.isRead]).toEqual([
    "one",
    "two",
    false,
  ]);
});
