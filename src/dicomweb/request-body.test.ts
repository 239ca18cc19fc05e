import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type BodyPiece, RequestBody } from "./request-body.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-body-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Bytes that say where they are. */
function pattern(sizeBytes: number, seed: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) bytes[at] = (at * 31 + (at >> 8) * 7 + seed) & 0xff;
  return bytes;
}

/** What is sent, by a writer that takes a few turns for each slab and looks at its bytes only at the end of them. */
async function sent(body: RequestBody): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let before: Promise<unknown> = Promise.resolve();
  await body.send((chunk) => {
    before = before.then(async () => {
      for (let turns = 0; turns < chunks.length % 5; turns += 1) await turn();
      chunks.push(Buffer.from(chunk));
    });
    return before as Promise<void>;
  }, new AbortController().signal);
  return Buffer.concat(chunks);
}

const openFiles = async (): Promise<number> => (await readdir("/proc/self/fd")).length;

it("is every piece in its order, whatever their sizes", async () => {
  const sizes = [1, 300_000, 0, 400_001, 1_048_576, 5_000_003, 17, 700_000, 700_000, 2_097_152, 64, 64];
  const pieces: BodyPiece[] = [];
  const expected: Buffer[] = [];
  for (const [index, sizeBytes] of sizes.entries()) {
    const bytes = pattern(sizeBytes, index);
    expected.push(bytes);
    const file = join(folder, String(index));
    await writeFile(file, Buffer.concat([Buffer.alloc(100, 0xee), bytes, Buffer.alloc(9, 0xdd)]));
    pieces.push({ piece: index % 3 === 0 ? bytes : { file, offset: 100, sizeBytes } });
  }
  const before = await openFiles();
  const body = new RequestBody(pieces);
  expect(body.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  expect(body.isHandedOver).toBe(false);
  expect((await sent(body)).equals(Buffer.concat(expected))).toBe(true);
  expect(body.isHandedOver).toBe(true);
  expect(await openFiles()).toBe(before);
});

it("may be nothing", async () => {
  expect(await sent(new RequestBody([]))).toHaveLength(0);
});

it("goes on from piece to piece at the speed each may have", async () => {
  const limited = pattern(4_000, 1);
  const free = pattern(3_000_000, 2);
  const body = new RequestBody([{ piece: limited, maxBytesPerS: 20_000 }, { piece: free }]);
  const startedAt = performance.now();
  expect((await sent(body)).equals(Buffer.concat([limited, free]))).toBe(true);
  // A lower bound only: 4000 bytes at 20000 a second.
  expect(performance.now() - startedAt).toBeGreaterThan(190);
});

it("stops in a pause when it is told to", async () => {
  const body = new RequestBody([{ piece: Buffer.alloc(1000), maxBytesPerS: 1 }]);
  const stop = new AbortController();
  const sending = body.send(async () => stop.abort(), stop.signal);
  await expect(sending).rejects.toMatchObject({ name: "AbortError" });
  expect(body.isHandedOver).toBe(false);
});

it("says whose file is missing or too short, and leaves none open", async () => {
  const file = join(folder, "short");
  await writeFile(file, Buffer.alloc(2_000_000));
  const before = await openFiles();
  const pieces = [
    { piece: { file, offset: 0, sizeBytes: 2_000_000 }, sopInstanceUid: "1.2.3" },
    { piece: { file: join(folder, "none"), offset: 0, sizeBytes: 9 }, sopInstanceUid: "1.2.4" },
  ];
  await expect(sent(new RequestBody(pieces))).rejects.toMatchObject({
    code: "file-unreadable",
    sopInstanceUid: "1.2.4",
  });
  await truncate(file, 1_999_999);
  await expect(sent(new RequestBody(pieces))).rejects.toMatchObject({
    code: "file-unreadable",
    sopInstanceUid: "1.2.3",
  });
  expect(await openFiles()).toBe(before);
});

it("gives up with the writer, and leaves no file open", async () => {
  const file = join(folder, "long");
  await writeFile(file, Buffer.alloc(9_000_000));
  const before = await openFiles();
  const body = new RequestBody([{ piece: { file, offset: 0, sizeBytes: 9_000_000 } }]);
  let writes = 0;
  const sending = body.send(async () => {
    writes += 1;
    if (writes === 3) throw new Error("broken");
  }, new AbortController().signal);
  await expect(sending).rejects.toThrow("broken");
  expect(await openFiles()).toBe(before);
});
