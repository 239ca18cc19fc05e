import { mkdir, mkdtemp, readdir, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { makePlaybackCopy } from "../encoding/encoding.ts";
import { silentLog } from "../lib/log.ts";
import { type Database, openDatabase } from "../store/store.ts";
import { PlaybackCopies } from "./playback.ts";
import { insertCapture, insertProcedure } from "./rows.ts";

let directory = "";
let database: Database;
let made: string[] = [];
let finished: string[] = [];
let free = 1e12;
let isFailing = false;
let aborted = 0;
/** Copies are made once this is resolved. */
let go: PromiseWithResolvers<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-playback-"));
  await mkdir(join(directory, "thumbnails"));
  database = openDatabase(":memory:");
  insertProcedure(database, {
    ...{ id: "p", kind: "unassigned", state: "open", patient: null, temporaryIdentity: false, worklistItems: [] },
    ...{ studyInstanceUid: "1.2", performedProcedureStepUid: "1.3", performingPhysicianName: "", begunAt: 1 },
    ...{ timeOutConfirmedAt: null, completedAt: null, releaseAt: null, releasedAt: null, resumedFrom: null },
    discontinued: null,
  } as unknown as Parameters<typeof insertProcedure>[1]);
  [made, finished, free, isFailing] = [[], [], 1e12, false];
  aborted = 0;
  go = Promise.withResolvers();
});
afterEach(async () => {
  vi.useRealTimers();
  database.close();
  await rm(directory, { recursive: true, force: true });
});

const make: typeof makePlaybackCopy = async ({ to, signal }) => {
  made.push(to);
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => {
      aborted += 1;
      reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
  await Promise.race([go.promise, stopped]);
  if (isFailing) throw new Error("ffmpeg ended");
  await writeFile(to, "copy");
  finished.push(basename(to));
};

function copies(more: { readonly forgottenAfterMs?: number } = {}): PlaybackCopies {
  const options = { database, storageDirectory: directory, ffmpegPath: "ffmpeg", log: silentLog, make };
  return new PlaybackCopies({ ...options, freeBytes: async () => free, minimumFreeBytes: 1e9, ...more });
}

function addClip(id: string, codec: "h264" | "hevc" = "hevc"): void {
  const number = Number(database.prepare("SELECT count(*) AS n FROM capture").get()?.n) + 1;
  const facts = {
    kind: "clip",
    width: 64,
    height: 64,
    frames: 9,
    durationMs: 300,
    fpsNum: 30,
    fpsDen: 1,
    video: { codec },
  };
  const capture = {
    ...{ id, procedureId: "p", number, kind: "clip", state: "saved", source: "s", profileId: "x", epoch: 1, seq: 1 },
    ...{
      frameExact: true,
      notice: null,
      pressedAt: 1,
      savedAt: 2,
      file: `media/${id}.mp4`,
      sizeBytes: 5,
      sha256: "aa",
    },
    facts,
  };
  insertCapture(database, capture as unknown as Parameters<typeof insertCapture>[1], undefined);
}

const files = () => readdir(join(directory, "thumbnails"));
const until = (playback: PlaybackCopies, id: string, state: string) =>
  vi.waitFor(async () => expect(await playback.ask(id)).toMatchObject({ state }), { timeout: 20_000, interval: 5 });

it("a clip in H.264 is its own copy, and nothing is made", async () => {
  addClip("a", "h264");
  const playback = copies();
  expect(await playback.ask("a")).toEqual({ state: "original", message: null });
  expect(await playback.file("a")).toBe(join(directory, "media/a.mp4"));
  expect(made).toEqual([]);
});

it("of HEVC a copy is made once, one at a time, and is there from then on", async () => {
  addClip("a");
  addClip("b");
  const playback = copies();
  await until(playback, "a", "making");
  await until(playback, "b", "waiting");
  await expect(playback.file("a")).rejects.toMatchObject({ code: "busy" });
  expect(made).toHaveLength(1);
  go.resolve();
  await until(playback, "a", "ready");
  await until(playback, "b", "ready");
  expect(await playback.file("b")).toBe(join(directory, "thumbnails/b.mp4"));
  expect(await copies().ask("a")).toMatchObject({ state: "ready" });
  expect(made).toHaveLength(2);
  expect((await files()).sort()).toEqual(["a.mp4", "b.mp4"]);
});

it("what goes wrong is said once, and is tried again when somebody asks again", async () => {
  addClip("a");
  const playback = copies();
  isFailing = true;
  go.resolve();
  await until(playback, "a", "failed");
  isFailing = false;
  await until(playback, "a", "ready");
});

it("a disk that is nearly full gets no copy", async () => {
  addClip("a");
  free = 1e9 + 4;
  const playback = copies();
  await until(playback, "a", "failed");
  expect([made, await files()]).toEqual([[], []]);
});

it("a clip that goes while its copy is made takes the copy with it", async () => {
  addClip("a");
  const playback = copies();
  await until(playback, "a", "making");
  database.prepare("UPDATE capture SET file_removed_at = 9").run();
  go.resolve();
  await vi.waitFor(() => expect(finished).toEqual(["a.mp4.part"]), { timeout: 20_000, interval: 5 });
  await playback.stop();
  expect(await files()).toEqual([]);
  await expect(playback.ask("a")).rejects.toMatchObject({ code: "file-removed" });
});

it("what no screen asks for any more is not made to its end, nor what waits behind it", async () => {
  addClip("a");
  addClip("b");
  const playback = copies({ forgottenAfterMs: 400 });
  await playback.ask("a");
  await playback.ask("b");
  await vi.waitFor(() => expect(made).toEqual([join(directory, "thumbnails/a.mp4.part")]), {
    timeout: 20_000,
    interval: 5,
  });
  await vi.waitFor(() => expect(aborted).toBe(1), { timeout: 20_000, interval: 5 });
  go.resolve();
  await playback.stop();
  expect([made.length, finished, await files()]).toEqual([1, [], []]);
});

it("nothing is made to its end once the box stops", async () => {
  addClip("a");
  const playback = copies();
  await until(playback, "a", "making");
  await playback.stop();
  expect(await files()).toEqual([]);
  expect(await playback.ask("a")).toMatchObject({ state: "failed" });
});

it("copies beyond two gigabytes go, the one that was looked at longest ago first", async () => {
  addClip("c");
  for (const [at, name] of ["old", "new"].entries()) {
    const file = join(directory, `thumbnails/${name}.mp4`);
    await writeFile(file, "");
    await truncate(file, 1_200_000_000);
    await utimes(file, new Date(1000 + at), new Date(1000 + at));
  }
  const playback = copies();
  go.resolve();
  await until(playback, "c", "ready");
  // The others go once it is there.
  await playback.stop();
  expect((await files()).sort()).toEqual(["c.mp4", "new.mp4"]);
});
