import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyWrapped, hashFile } from "./file-jobs.ts";

let folder: string;
let source: string;
const content = randomBytes(700_001);
const head = Buffer.from("head");
const tail = Buffer.from("tail");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-jobs-"));
  source = join(folder, "source");
  await writeFile(source, content);
});
afterAll(() => rm(folder, { recursive: true }));

it("copies between head and tail, and hashes just that", async () => {
  const target = join(folder, "target");
  const sha256 = await copyWrapped({ source, sizeBytes: content.length, head, tail }, target);
  const written = await readFile(target);
  expect(written.equals(Buffer.concat([head, content, tail]))).toBe(true);
  expect(sha256).toBe(createHash("sha256").update(written).digest("hex"));
});

it("hashes several files at once, each its own", async () => {
  const all = await Promise.all([1, 2, 3].map(() => hashFile(source, content.length)));
  expect(new Set(all)).toEqual(new Set([createHash("sha256").update(content).digest("hex")]));
});

it("tells a file of another size, and one that is not there", async () => {
  await expect(hashFile(source, content.length - 1)).rejects.toThrow(/size-mismatch/);
  await expect(hashFile(join(folder, "nothing"), 1)).rejects.toMatchObject({ code: "ENOENT" });
});

it("stops when told to", async () => {
  const stop = new AbortController();
  const copying = copyWrapped({ source, sizeBytes: content.length, head, tail }, join(folder, "stopped"), stop.signal);
  stop.abort(new Error("enough"));
  await expect(copying).rejects.toThrow("enough");
});
