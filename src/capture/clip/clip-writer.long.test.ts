import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ClipWriter } from "./clip-writer.ts";

const piece = Buffer.alloc(7_000_000, 1);
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-writer-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

test("more than may wait for a slow disk is taken where it was in memory anyway, in order", async () => {
  const errors: Error[] = [];
  const waits: number[] = [];
  const file = join(folder, "a");
  const writer = new ClipWriter(file, { onError: (error) => errors.push(error), onSynced: (ms) => waits.push(ms) });
  for (let count = 0; count < 20; count += 1) writer.add(piece, true);
  await writer.durable();
  expect(waits).toEqual([]);
  writer.add(Buffer.from("live"));
  await writer.close();
  expect(errors).toEqual([]);
  expect(waits).toHaveLength(1);
  expect((await stat(file)).size).toBe(20 * piece.length + 4);
});

test("a beginning is durable although more comes as fast as the disk takes it", async () => {
  let more = 0;
  const writer = new ClipWriter(join(folder, "c"), {
    onError: () => {},
    onSynced: () => {
      more += 1;
      if (more < 200) writer.add(Buffer.from("more"));
    },
  });
  writer.add(Buffer.from("begin"));
  await writer.durable();
  expect(more).toBeLessThan(10);
  await writer.close();
  expect((await stat(join(folder, "c"))).size).toBeLessThan(5 + 200 * 4);
});

test("a disk that does not keep up ends the clip, once, and what it took stays", async () => {
  const errors: Error[] = [];
  const writer = new ClipWriter(join(folder, "b"), { onError: (error) => errors.push(error) });
  for (let count = 0; count < 25; count += 1) writer.add(piece);
  await expect(writer.close()).rejects.toThrow("too slow");
  expect(errors.map(({ message }) => message)).toEqual(["the disk is too slow"]);
});
