import { expect, test } from "vitest";
import { type FindDevice, whenPlugged, whenUnplugged } from "./plugged-device.ts";

/** Answers one after the other, the last for ever. */
function answers(...found: Awaited<ReturnType<FindDevice>>[]): FindDevice {
  return async () => (found.length > 1 ? found.shift() : found[0]) ?? { problem: "none" };
}
const out = { problem: "Plug it in." };
const forEver = new AbortController().signal;

test("a device that is out is waited for, with words, and taken under its new number", async () => {
  const said: string[] = [];
  const device = await whenPlugged(answers(out, out, { device: "/dev/video1" }), forEver, (why) => said.push(why), 1);
  expect(device).toBe("/dev/video1");
  expect(said).toEqual(["Plug it in.", "Plug it in."]);
});

test("the wait ends with the source", async () => {
  const stopping = new AbortController();
  expect(await whenPlugged(answers(out), stopping.signal, () => stopping.abort(), 60_000)).toBeNull();
});

test("a device is gone when it is out, or another one, twice in a row", async () => {
  let gone = 0;
  const here = { device: "/dev/video0" };
  const find = answers(here, out, here, { device: "/dev/video1" }, out);
  let asked = 0;
  const counting: FindDevice = () => {
    asked += 1;
    return find();
  };
  await whenUnplugged(counting, "/dev/video0", forEver, () => gone++, 1);
  expect({ gone, asked }).toEqual({ gone: 1, asked: 5 });
  await whenUnplugged(answers(out), "/dev/video0", AbortSignal.abort(), () => gone++, 1);
  expect(gone).toBe(1);
});
