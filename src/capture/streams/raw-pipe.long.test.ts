import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { openRawPipe } from "./raw-pipe.ts";
import { RawSplitter } from "./raw-splitter.ts";

/** Writes 9 frames of 100 kB, each of one digit, and half a tenth. */
const writer = "for d in 1 2 3 4 5 6 7 8 9; do head -c 100000 /dev/zero | tr '\\0' $d; done; head -c 50000 /dev/zero";

function write(raw: Awaited<ReturnType<typeof openRawPipe>>): void {
  spawn("sh", ["-c", writer], { stdio: ["ignore", raw.writeEnd, "ignore"] });
  raw.writeEnd.destroy();
}

test("frames arrive whole and in order, in buffers that are used again, until the child ends", async () => {
  const raw = await openRawPipe();
  const seen: string[] = [];
  const buffers = new Set<ArrayBufferLike>();
  const splitter = new RawSplitter(100_000, (bytes) => {
    seen.push([...new Set(bytes.toString("latin1"))].join());
    buffers.add(bytes.buffer);
    splitter.recycle(bytes);
  });
  raw.readInto(splitter, (error) => expect(error).toBeNull());
  write(raw);
  await raw.over;
  expect(seen).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(buffers.size).toBe(1);
});

test("what goes wrong with a frame is told once; the child still comes to its end", async () => {
  const raw = await openRawPipe();
  const errors: unknown[] = [];
  const splitter = new RawSplitter(100_000, () => {
    throw new Error("no room");
  });
  raw.readInto(splitter, (error) => errors.push(error));
  write(raw);
  await raw.over;
  expect(errors).toEqual([new Error("no room")]);
});
