import { expect, test } from "vitest";
import { RawSplitter } from "./raw-splitter.ts";

test("buffers that wait to be written over can be blanked", () => {
  const frames: Buffer[] = [];
  const splitter = new RawSplitter(2, (bytes) => frames.push(bytes));
  splitter.push(Buffer.from([1, 2, 3, 4]));
  const [first, second] = frames;
  if (first !== undefined) splitter.recycle(first);
  splitter.blank();
  expect([first, second]).toEqual([Buffer.from([0, 0]), Buffer.from([3, 4])]);
});
