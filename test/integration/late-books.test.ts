/** A database that takes nothing, or cannot be read: no recording is lost by it, and none runs on that nobody can stop. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { access, chmod, copyFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CaptureError } from "../../src/capture/capture.ts";
import type { Database } from "../../src/store/store.ts";
import { type OpenProcedures, openProcedures } from "../support/open-procedures.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { until } from "../support/scopeline.ts";

const run = promisify(execFile);
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let box: OpenProcedures;
let freeBytes = 1e12;
/** How often it was looked how much is free. */
let looks = 0;
let isStopped = false;
/** How presses went, as it is heard. */
const heard: string[] = [];

async function open(): Promise<void> {
  isStopped = false;
  box = await openProcedures(directory.path, {
    onOutcome: ({ kind, actor }) => heard.push(`${kind} by ${actor}`),
    freeBytes: async () => {
      looks += 1;
      return freeBytes;
    },
    clipLimits: { maxBytes: 1e9, checkEveryMs: 20 },
    ffmpegPath: join(directory.path, "encoder"),
  });
}

async function stop(): Promise<void> {
  isStopped = true;
  await box.stop();
}

beforeEach(async () => {
  freeBytes = 1e12;
  heard.length = 0;
  directory = await temporaryDirectory();
  const encoder = join(directory.path, "encoder");
  await writeFile(
    encoder,
    '#!/bin/sh\n[ ! -e "$0.full" ] && exec ffmpeg "$@"\necho No space left on device >&2; exit 1\n',
  );
  await chmod(encoder, 0o755);
  await open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  if (!isStopped) await stop();
  await directory[Symbol.asyncDispose]();
});

/** SQLite itself refuses every write, as on a disk that is full or read-only. */
const takesNothing = (database: Database): void => void database.prepare("PRAGMA query_only = ON").run();
const takesAll = (database: Database): void => void database.prepare("PRAGMA query_only = OFF").run();
const begin = () => box.procedures.begin({ emergency: {} }, "test").id;
const progressOf = (procedureId: string) => box.procedures.captures(procedureId).map(({ progress }) => progress);
const notSavedYet = { code: "not-saved-yet", message: expect.stringContaining("not saved yet") };
const auditOf = (id: string) =>
  box.database
    .prepare("SELECT action, actor FROM audit WHERE subject_id = ? ORDER BY id")
    .all(id)
    .map(({ action, actor }) => `${action} by ${actor}`);

/** A clip whose row was written, and nothing of it since. */
async function recordingUnknown(procedureId: string) {
  const gate = Promise.withResolvers<void>();
  box.source.begin = gate.promise;
  const pressing = box.procedures.startClip({ key: "the-press" }, "test");
  await until("the press", () => box.source.asked.length === 1);
  takesNothing(box.database);
  gate.resolve();
  const clip = await pressing;
  expect(clip).toMatchObject({ state: "recording", procedureId, epoch: null });
  expect(box.source.recording).toBe(clip.id);
  expect(progressOf(procedureId)).toEqual(["recording"]);
  return clip;
}

/** One second of video in a clip's growing file. */
async function growTo(file: string): Promise<string> {
  const growing = join(directory.path, `${file}.part`);
  const made = `-f lavfi -i testsrc=size=64x64:rate=25 -t 1 -c:v libx264 -g 5 -movflags frag_keyframe+empty_moov -f mp4 -y`;
  await run("ffmpeg", [...`-v error ${made}`.split(" "), growing]);
  return growing;
}

describe("a database that takes nothing", () => {
  it("keeps nobody from stopping a recording, which is saved once it takes it", async () => {
    const procedure = begin();
    const { id, file } = await recordingUnknown(procedure);
    for (let press = 0; press < 2; press += 1) {
      await expect(box.procedures.stopClip(id, "nurse")).rejects.toMatchObject(notSavedYet);
    }
    expect(box.source.recording).toBeNull();
    await access(join(directory.path, file));
    expect([progressOf(procedure), box.procedures.notSavedYet]).toEqual([["not-saved-yet"], 1]);
    expect(() => box.procedures.deleteCapture(id, "slip", "test")).toThrow(expect.objectContaining(notSavedYet));
    expect(() => box.procedures.markers.set(id, {}, "test")).toThrow("not being recorded");
    await expect(box.procedures.startClip({ key: "the-press" }, "test")).rejects.toMatchObject(notSavedYet);
    takesAll(box.database);
    await until("the clip to be saved", () => progressOf(procedure)[0] === "saved");
    expect(box.procedures.notSavedYet).toBe(0);
    // What its press meant was written first.
    expect(box.procedures.capture(id)).toMatchObject({ state: "saved", epoch: 7, seq: 100, notice: null });
    expect(auditOf(id)).toEqual(["recording-started by test", "capture-saved by nurse"]);
    expect(heard.filter((one) => !one.startsWith("failed"))).toEqual(["record-start by test", "saved by scopeline"]);
    await until("the growing file to go", () => !existsSync(join(directory.path, `${file}.part`)));
  });

  it("has a press on stop try again at once", async () => {
    const procedure = begin();
    const { id } = await recordingUnknown(procedure);
    await expect(box.procedures.stopClip(id, "nurse")).rejects.toMatchObject(notSavedYet);
    takesAll(box.database);
    expect(await box.procedures.stopClip(id, "nurse")).toMatchObject({ id, state: "saved" });
  });

  it("leaves at a stop of the box what the next start rescues a clip by, also when it takes nothing then", async () => {
    const { id, file } = await recordingUnknown(begin());
    const growing = await growTo(file);
    await copyFile(growing, join(directory.path, "again"));
    await stop();
    expect(box.source.recording).toBeNull();
    await access(growing);
    await open();
    const rescued = { state: "saved", facts: { frames: 25 }, rescuedMissingMs: expect.any(Number) };
    expect(box.procedures.capture(id)).toMatchObject(rescued);

    await until("the growing file to go", () => !existsSync(growing));
    await copyFile(join(directory.path, "again"), growing);
    box.database.prepare("UPDATE capture SET state = 'failed', rescued_missing_ms = NULL WHERE id = ?").run(id);
    takesNothing(box.database);
    const [outcome] = await (await box.procedures.rescue()).finished;
    expect(outcome).toMatchObject({ captureId: id, isSaved: false });
    expect(box.procedures.captures(outcome?.procedureId ?? "")[0]?.progress).toBe("not-saved-yet");
    takesAll(box.database);
    await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
    expect(box.procedures.capture(id)).toMatchObject(rescued);
  });

  it("has a clip that ended by itself saved later, with why", async () => {
    const procedure = begin();
    const { id } = await recordingUnknown(procedure);
    await box.source.endByItself(id);
    expect(progressOf(procedure)).toEqual(["not-saved-yet"]);
    takesAll(box.database);
    await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
    expect(heard).toContain("saved by scopeline");
  });

  it("makes a failure no success, and says which it was once it can", async () => {
    const procedure = begin();
    const { id } = await recordingUnknown(procedure);
    box.source.finish = Promise.reject(new CaptureError("encoder", "The recording could not be finished."));
    box.source.finish.catch(() => {});
    for (let press = 0; press < 2; press += 1) {
      await expect(box.procedures.stopClip(id, "test")).rejects.toMatchObject({ code: "encoder" });
    }
    expect(progressOf(procedure)).toEqual(["failed"]);
    takesAll(box.database);
    await until("the failure to be written", () => box.procedures.capture(id).state === "failed");
    expect(box.procedures.capture(id).notice).toBe("The recording could not be finished.");
    heard.length = 0;
    const again = box.procedures.stopClip(id, "test");
    await expect(again).rejects.toMatchObject({ code: "encoder", message: "The recording could not be finished." });
    expect(heard).toEqual(["failed by test"]);
  });

  it("keeps the last seconds all the same, once, whenever the press is told", async () => {
    const procedure = begin();
    const gate = Promise.withResolvers<void>();
    box.source.finish = gate.promise;
    const press = { key: "last", lookBackMs: 30_000 };
    const keeping = box.procedures.keepLast(press, "test");
    await until("the press", () => box.source.asked.length === 1);
    takesNothing(box.database);
    gate.resolve();
    await expect(keeping).rejects.toMatchObject(notSavedYet);
    await expect(box.procedures.keepLast(press, "test")).rejects.toMatchObject(notSavedYet);
    expect(progressOf(procedure)).toEqual(["not-saved-yet"]);
    takesAll(box.database);
    await until("the clip to be saved", () => progressOf(procedure)[0] === "saved");
    expect(await box.procedures.keepLast(press, "test")).toMatchObject({ state: "saved", number: 1 });
    expect(progressOf(procedure)).toEqual(["saved"]);
  });

  it("does not keep a full disk from ending a recording, and says why it ended", async () => {
    const { id } = await recordingUnknown(begin());
    freeBytes = 0;
    await until("the recording to be ended", () => box.source.recording === null);
    takesAll(box.database);
    await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
    expect(box.procedures.capture(id).notice).toBe("The recording was ended because the disk is almost full.");
  });
});

it("a database that cannot be read does not keep a full disk from ending a recording", async () => {
  begin();
  const { id } = await box.procedures.startClip({}, "test");
  const gone = vi.spyOn(box.database, "prepare").mockImplementation(() => {
    throw new Error("disk I/O error");
  });
  freeBytes = 0;
  await until("the recording to be ended", () => box.source.recording === null);
  gone.mockRestore();
  await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
});

it("a database that cannot be read keeps nobody from stopping a recording", async () => {
  begin();
  const { id } = await box.procedures.startClip({}, "test");
  const gone = vi.spyOn(box.database, "prepare").mockImplementation(() => {
    throw new Error("disk I/O error");
  });
  await expect(box.procedures.stopClip(id, "test")).rejects.toMatchObject(notSavedYet);
  expect(box.source.recording).toBeNull();
  gone.mockRestore();
  await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
});

describe("the size that an instance may have", () => {
  /** As large as the limit says, without the bytes. */
  const grow = (file: string) => truncate(join(directory.path, `${file}.part`), 1e9);

  it("does not end a recording while the database takes no next clip", async () => {
    const { id, file } = await recordingUnknown(begin());
    await grow(file);
    const before = looks;
    await until("the limits to be looked at", () => looks >= before + 3);
    expect(box.source.recording).toBe(id);
    takesAll(box.database);
    await until("the next clip to begin", () => box.source.asked.length === 2);
    await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
    expect(box.procedures.capture(id).notice).toBeNull();
  });

  it("that ends a recording which cannot go on is told, and the clip says so", async () => {
    begin();
    const { id, file } = await box.procedures.startClip({}, "test");
    box.source.failStart = true;
    await grow(file);
    await until("the failure to be heard", () => heard.includes("failed by scopeline"));
    await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
    expect(box.procedures.capture(id).notice).toMatch(/did not go on. Press RECORD/);
    expect(auditOf(id)).toContain("recording-not-gone-on by scopeline");
  });
});

it("a clip that nobody records and that is not saved is being rescued, and holds its procedure's release", async () => {
  const procedure = begin();
  const clip = await box.procedures.startClip({}, "test");
  const gate = Promise.withResolvers<void>();
  box.source.finish = gate.promise;
  const stopping = box.procedures.stopClip(clip.id, "test");
  // Nor is it while it is being finished.
  expect(progressOf(procedure)).toEqual(["recording"]);
  gate.resolve();
  await stopping;
  box.database.prepare("UPDATE capture SET state = 'recording' WHERE id = ?").run(clip.id);
  expect(progressOf(procedure)).toEqual(["rescuing"]);
  await box.procedures.complete(procedure, "test");
  expect(() => box.procedures.release(procedure, "test")).toThrow("not finished yet");
});

describe("a disk that is full when a clip is finished", () => {
  const encoderFull = () => join(directory.path, "encoder.full");

  it("makes it no failure: the clip is finished when there is room, and its procedure waits for it", async () => {
    const procedure = begin();
    const { id, file } = await box.procedures.startClip({}, "test");
    await growTo(file);
    await writeFile(encoderFull(), "");
    box.source.finish = Promise.reject(new CaptureError("disk", "The disk is full."));
    box.source.finish.catch(() => {});
    for (let press = 0; press < 2; press += 1) {
      await expect(box.procedures.stopClip(id, "nurse")).rejects.toMatchObject(notSavedYet);
    }
    await box.procedures.complete(procedure, "test");
    expect(() => box.procedures.release(procedure, "test")).toThrow("not finished yet");
    expect([progressOf(procedure), box.procedures.notSavedYet]).toEqual([["not-saved-yet"], 1]);
    await rm(encoderFull());
    await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
    expect(box.procedures.capture(id)).toMatchObject({
      facts: { frames: 25 },
      notice: expect.stringContaining("later"),
    });
    expect(auditOf(id)).toEqual(["recording-started by test", "capture-saved by nurse"]);
    expect(heard).toContain("saved by scopeline");
  });

  it("makes it no failure of its rescue either", async () => {
    const { id, file } = await recordingUnknown(begin());
    const growing = await growTo(file);
    await stop();
    await writeFile(encoderFull(), "");
    await open();
    expect([progressOf(box.procedures.capture(id).procedureId), existsSync(growing)]).toEqual([
      ["not-saved-yet"],
      true,
    ]);
    await rm(encoderFull());
    await until("the clip to be saved", () => box.procedures.capture(id).state === "saved");
    expect(box.procedures.capture(id)).toMatchObject({ facts: { frames: 25 }, rescuedMissingMs: expect.any(Number) });
  });

  it("fails it where making room does not help", async () => {
    const procedure = begin();
    const { id } = await box.procedures.startClip({}, "test");
    box.source.finish = Promise.reject(new CaptureError("disk", "The disk is full."));
    box.source.finish.catch(() => {});
    await expect(box.procedures.stopClip(id, "nurse")).rejects.toMatchObject(notSavedYet);
    // Its growing file holds no picture.
    await until("the clip to fail", () => box.procedures.capture(id).state === "failed");
    expect(progressOf(procedure)).toEqual(["failed"]);
  });
});
