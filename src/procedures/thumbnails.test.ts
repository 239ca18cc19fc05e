import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CaptureError } from "../capture/capture.ts";
import type { Capture } from "./procedure.ts";
import { Thumbnails } from "./thumbnails.ts";

let directory = "";
let started = 0;
let running = 0;
let mostRunning = 0;
let isFailing = false;
/** Pictures are made once this is resolved. */
let go: PromiseWithResolvers<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-thumbnails-"));
  await mkdir(join(directory, "thumbnails"));
  [started, running, mostRunning, isFailing] = [0, 0, 0, false];
  go = Promise.withResolvers();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write({ file }: { readonly file: string }, target: string): Promise<void> {
  started += 1;
  running += 1;
  mostRunning = Math.max(mostRunning, running);
  try {
    await go.promise;
    if (isFailing) throw new CaptureError("encoder", "No small picture could be made.");
    await writeFile(target, `small ${file}`);
  } finally {
    running -= 1;
  }
}

const thumbnails = () => new Thumbnails(directory, "ffmpeg", write);
const capture = (id: string, state: Capture["state"] = "saved"): Capture =>
  ({ id, state, kind: "still", file: `media/${id}.jpg`, fileRemovedAt: null, facts: null }) as Capture;
const small = (id: string) => `small ${join(directory, `media/${id}.jpg`)}`;

it("is made once, however many ask", async () => {
  go.resolve();
  const made = thumbnails();
  const all = await Promise.all([1, 2, 3].map(() => made.of(capture("c"))));
  all.push(await made.of(capture("c")));
  expect(all.map(String)).toEqual(Array(4).fill(small("c")));
  expect(started).toBe(1);
});

it("an empty file, as a power cut leaves it, is made again", async () => {
  go.resolve();
  await writeFile(join(directory, "thumbnails/c.jpg"), "");
  expect(String(await thumbnails().of(capture("c")))).toBe(small("c"));
});

it("two are made at a time, the others in turn, and more than may wait are refused", async () => {
  const made = thumbnails();
  const asked = Array.from({ length: 520 }, (_, index) => made.of(capture(`c${index}`)));
  const refusal = asked.map((one) =>
    one.then(
      () => Promise.reject(),
      (error: unknown) => error,
    ),
  );
  expect(await Promise.any(refusal)).toMatchObject({ name: "CaptureError", code: "busy" });
  go.resolve();
  const ends = await Promise.allSettled(asked);
  expect(ends.filter((end) => end.status === "rejected")).toHaveLength(18);
  expect([started, mostRunning]).toEqual([502, 2]);
});

it("a failure costs its own picture and no turn", async () => {
  go.resolve();
  isFailing = true;
  const made = thumbnails();
  for (const id of ["a", "b", "c"]) await expect(made.of(capture(id))).rejects.toThrow(CaptureError);
  isFailing = false;
  expect(String(await made.of(capture("a")))).toBe(small("a"));
});

it("there is none of what was not saved", async () => {
  await expect(thumbnails().of(capture("c", "deleted"))).rejects.toMatchObject({ code: "unknown-capture" });
});
