import { expect, test } from "vitest";
import type { Capture } from "../../src/api/schemas.ts";
import type { Press } from "./presses.ts";
import { nextNumber, settledKeys, trayItems, unsaved } from "./tray-items.ts";

const capture = (id: string, number: number): Capture => ({
  id,
  procedureId: "p1",
  number,
  kind: "still",
  state: "saved",
  progress: "saved",
  source: "s1",
  frame: null,
  frameExact: true,
  frameDistance: null,
  beginsBeforeMs: null,
  lostFrames: null,
  rescuedMissingMs: null,
  derivedFrom: null,
  derivation: null,
  markers: [],
  notice: null,
  pressedAt: number,
  savedAt: number,
  sizeBytes: 1,
  sha256: null,
  width: 1,
  height: 1,
  frames: null,
  durationMs: null,
  sopInstanceUid: null,
  fileRemovedAt: null,
  encoding: "jpeg",
  codec: null,
});
const press = (key: string, number: number, fields: Partial<Press> = {}): Press => ({
  key,
  kind: "still",
  number,
  state: "pressed",
  ...fields,
});

test("the newest is first, and presses on their way come before captures", () => {
  const items = trayItems([press("k3", 3)], [capture("c1", 1), capture("c2", 2)]);
  expect(items.map(({ key }) => key)).toEqual(["k3", "c2", "c1"]);
});

test("a capture is shown once, whether the answer or the list tells of it first", () => {
  const saved = press("k2", 2, { state: "saved", capture: capture("c2", 2) });
  expect(trayItems([saved], [capture("c1", 1)]).map(({ key }) => key)).toEqual(["c2", "c1"]);
  expect(trayItems([saved], [capture("c1", 1), capture("c2", 2)]).map(({ key }) => key)).toEqual(["c2", "c1"]);
  expect(settledKeys([saved], [capture("c1", 1)])).toEqual([]);
  expect(settledKeys([saved], [capture("c2", 2)])).toEqual(["k2"]);
});

test("a clip that begins is remembered until its source says that it records it", () => {
  const recording = { ...capture("c2", 2), progress: "recording" } as const;
  const begun = press("k2", 2, { state: "saved", capture: recording });
  expect(settledKeys([begun], [recording])).toEqual([]);
  expect(settledKeys([{ ...begun, isNamed: true }], [recording])).toEqual(["k2"]);
  expect(settledKeys([begun], [capture("c2", 2)])).toEqual(["k2"]);
});

test("a refused press leaves the tray and stays in the red bar", () => {
  const refused = press("k1", 1, { state: "refused" });
  const late = press("k2", 2, { state: "late" });
  expect(trayItems([late, refused], [])).toHaveLength(1);
  expect(unsaved([late, refused]).map(({ key }) => key)).toEqual(["k1", "k2"]);
});

test("the next number counts presses on their way, not refused ones", () => {
  expect(nextNumber([], [])).toBe(1);
  expect(nextNumber([press("k", 3), press("r", 9, { state: "refused" })], [capture("c2", 2)])).toBe(4);
});
