import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { Retention, type RetentionOptions } from "../../src/retention/retention.ts";
import {
  addCapture,
  type Fate,
  idsIn,
  idsKept,
  instanceBytes,
  mediaBytes,
  openRetentionStore,
  type RetentionStore,
} from "./retention-store.ts";

const childProgram = fileURLToPath(new URL("./retention-child.ts", import.meta.url));
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const captureBytes = mediaBytes + instanceBytes;
const never = new AbortController().signal;

let store: RetentionStore;
let now = 0;
let monotonic = 0;
let usedBytes = 0;
let isRecording = false;

beforeEach(async () => {
  store = await openRetentionStore();
  now = 1_000 * dayMs;
  monotonic = 0;
  usedBytes = 0;
  isRecording = false;
});

afterEach(() => store[Symbol.asyncDispose]());

function open(options: Partial<RetentionOptions> = {}): Retention {
  return new Retention({
    database: store.database,
    storageDirectory: store.directory,
    clock: () => now,
    monotonic: () => monotonic,
    log: silentLog,
    news: new NewsFeed(),
    keepMs: 30 * dayMs,
    deleteAbovePercent: 80,
    withoutProof: "keep",
    freeSpace: async () => ({ totalBytes: 10 * captureBytes, freeBytes: 10 * captureBytes - usedBytes }),
    isRecording: () => isRecording,
    ...options,
  });
}

/** So long after the start, with a clock that nobody set. */
function pass(ms: number): void {
  now += ms;
  monotonic += ms;
}

const old = (fate: Partial<Fate> = {}): Fate => ({ savedAt: now - 40 * dayMs, ...fate });

function audited(): { id: string; reason: string }[] {
  const rows = store.database.prepare(
    "SELECT subject_id, detail FROM audit WHERE action = 'capture-removed' ORDER BY id",
  );
  return rows.all().map((row) => ({
    id: String(row.subject_id),
    reason: String((JSON.parse(String(row.detail)) as { reason: string }).reason),
  }));
}

async function expectKept(...ids: string[]): Promise<void> {
  expect(idsKept(store)).toEqual(ids);
  for (const folder of ["media", "instances", "thumbnails"] as const) expect(await idsIn(store, folder)).toEqual(ids);
  expect(store.database.prepare("SELECT count(*) AS n FROM file_to_remove").get()?.n).toBe(0);
}

it("a clip of which the archive took single pictures only is never deleted: the box has the only one", async () => {
  for (const number of [1, 2, 3]) await addCapture(store, number, old());
  // As the ladder leaves them: the original replaced, its key frames committed. Of 1 another video class instead.
  for (const [number, key] of [
    [1, "videoEndoscopic"],
    [2, "keyFrames/2000000000"],
    [3, "multiFrameTrueColor/2000000000"],
  ] as const) {
    const uid = `2.25.1000${number}`;
    const statements = [
      `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, rendition, instance_number, file,
         size_bytes, composed_at, is_owed) SELECT '${uid}.1', capture_id, procedure_id, series_instance_uid, '${key}', 1,
         'instances/${uid}.1.dcm', 1, composed_at, 1 FROM instance WHERE sop_instance_uid = '${uid}'`,
      `INSERT INTO delivery (node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, commitment, verified_by,
         committed_at, next_attempt_at, created_at, stored_at) SELECT node, lane, '${uid}.1', procedure_id, 1, transfer,
         commitment, verified_by, committed_at, 0, created_at, stored_at FROM delivery WHERE sop_instance_uid = '${uid}'`,
      `UPDATE delivery SET transfer = 'replaced', commitment = 'not-required', verified_by = NULL, committed_at = NULL,
         stored_at = NULL WHERE sop_instance_uid = '${uid}'`,
    ];
    for (const sql of statements) store.database.prepare(sql).run();
  }
  const retention = open();
  pass(2 * hourMs);
  usedBytes = 9 * captureBytes;
  await retention.round(never);
  expect(audited().map(({ id }) => id)).toEqual(["c1"]);
});

describe("by age", () => {
  it("goes what has been safe for long enough, with its thumbnail and an audit row", async () => {
    await addCapture(store, 1, old());
    await addCapture(store, 2, { savedAt: now - 40 * dayMs, committedAt: now - 29 * dayMs });
    const retention = open();
    pass(hourMs);
    await retention.round(never);
    await expectKept("c2");
    expect(audited()).toEqual([{ id: "c1", reason: "age" }]);
    pass(2 * dayMs);
    await retention.round(never);
    await expectKept();
  });

  it("stays what is owed, held, unproven or not asked to be proven", async () => {
    const fates: Partial<Fate>[] = [
      { transfer: "pending", commitment: "not-required" },
      { transfer: "held", commitment: "not-required" },
      { transfer: "cancelled", commitment: "not-required" },
      { commitment: "owed" },
      { commitment: "requested" },
      { commitment: "failed" },
      { commitment: "not-required" },
    ];
    for (const [index, fate] of fates.entries()) await addCapture(store, index + 1, old(fate));
    const retention = open();
    pass(hourMs);
    await retention.round(never);
    await expectKept("c1", "c2", "c3", "c4", "c5", "c6", "c7");
    usedBytes = 10 * captureBytes;
    await retention.round(never);
    await expectKept("c1", "c2", "c3", "c4", "c5", "c6", "c7");
    expect(retention.state()).toEqual({ nothingToDeleteSince: now });
    const trusting = open({ withoutProof: "delete" });
    await trusting.round(never);
    await expectKept("c1", "c2", "c3", "c4", "c5", "c6");
  });

  it("nothing goes in the first hour, nor after the clock jumped, nor while a clip is recorded", async () => {
    await addCapture(store, 1, old());
    const retention = open();
    pass(hourMs - 1);
    await retention.round(never);
    await expectKept("c1");
    isRecording = true;
    pass(hourMs);
    await retention.round(never);
    await expectKept("c1");
    isRecording = false;
    now += 400 * dayMs;
    await retention.round(never);
    await expectKept("c1");
  });

  it("nothing is in the way of thousands of others", async () => {
    for (let number = 1; number <= 1_500; number++) {
      await addCapture(store, number, old({ commitment: number === 1_499 ? "committed" : "owed", hasFiles: false }));
    }
    const retention = open();
    pass(hourMs);
    await retention.round(never);
    expect(audited()).toEqual([{ id: "c1499", reason: "age" }]);
  });
});

describe("by the disk's level", () => {
  it("the oldest settled go, just so many that there is room again", async () => {
    for (const number of [1, 2, 3, 4, 5]) await addCapture(store, number, { savedAt: now - 6_000 + number });
    store.database.prepare("UPDATE delivery SET transfer = 'held', commitment = 'not-required' WHERE id = 1").run();
    usedBytes = 9 * captureBytes;
    const retention = open();
    await retention.round(never);
    // From 90 % to 75 %: two of ten.
    await expectKept("c1", "c4", "c5");
    expect(audited()).toEqual([
      { id: "c2", reason: "disk" },
      { id: "c3", reason: "disk" },
    ]);
    // It goes on below its level until there is room for some time, then no further.
    usedBytes = 7.8 * captureBytes;
    await retention.round(never);
    await expectKept("c1", "c5");
    usedBytes = 7.4 * captureBytes;
    await retention.round(never);
    usedBytes = 7.9 * captureBytes;
    await retention.round(never);
    await expectKept("c1", "c5");
  });

  it("also goes on while a clip is recorded, which needs the room", async () => {
    for (const number of [1, 2]) await addCapture(store, number, { savedAt: now - 6_000 + number });
    usedBytes = 8.1 * captureBytes;
    isRecording = true;
    await open().round(never);
    await expectKept("c2");
  });

  it("tells when nothing may go, and that it is well again", async () => {
    await addCapture(store, 1, old({ commitment: "owed" }));
    usedBytes = 9 * captureBytes;
    const retention = open();
    const since = now;
    await retention.round(never);
    pass(60_000);
    await retention.round(never);
    expect(retention.state()).toEqual({ nothingToDeleteSince: since });
    usedBytes = 0;
    await retention.round(never);
    expect(retention.state()).toEqual({ nothingToDeleteSince: null });
  });
});

describe("what goes next", () => {
  it("is told with its time, the first to go first", async () => {
    await addCapture(store, 1, { savedAt: now - 300, committedAt: now - 10 });
    await addCapture(store, 2, { savedAt: now - 200, committedAt: now - 20 });
    await addCapture(store, 3, { savedAt: now - 100, commitment: "owed" });
    const { removals, isComplete } = await open().nextRemovals(5);
    expect(isComplete).toBe(true);
    expect(removals).toEqual([
      expect.objectContaining({
        captureId: "c2",
        dueAt: now - 20 + 30 * dayMs,
        reason: "age",
        sizeBytes: captureBytes,
      }),
      expect.objectContaining({ captureId: "c1", dueAt: now - 10 + 30 * dayMs, reason: "age" }),
    ]);
    expect((await open().nextRemovals(1)).removals.map(({ captureId }) => captureId)).toEqual(["c2"]);
  });

  it("is what the disk's level asks for, while it is too full", async () => {
    await addCapture(store, 1, { savedAt: now - 300, committedAt: now - 10 });
    await addCapture(store, 2, { savedAt: now - 200, committedAt: now - 20 });
    await addCapture(store, 3, { savedAt: now - 100 });
    usedBytes = 8.1 * captureBytes;
    const retention = open();
    await retention.round(never);
    const { removals } = await retention.nextRemovals(2);
    expect(removals.map(({ captureId, dueAt, reason }) => [captureId, dueAt, reason])).toEqual([
      ["c2", now, "disk"],
      ["c3", now, "disk"],
    ]);
  });
});

describe("a stop in the middle", () => {
  it("leaves files at most, which the next start removes", async () => {
    await addCapture(store, 1, old());
    const retention = open();
    pass(hourMs);
    await retention.round(never);
    for (const [index, file] of ["media/c1.jpg", "instances/2.25.10001.dcm"].entries()) {
      await writeFile(join(store.directory, file), "left behind");
      store.database.prepare("INSERT INTO file_to_remove VALUES (?, 'c1', ?)").run(file, index);
    }
    expect(await open().removeLeftBehind()).toBe(2);
    await expectKept();
  });

  it("by SIGKILL never leaves a row without its file, and the next start ends what was begun", async () => {
    const count = 500;
    for (let number = 1; number <= count; number++) await addCapture(store, number, old());
    const child = spawn(process.execPath, [childProgram, store.directory], { stdio: "inherit" });
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");
    const kept = idsKept(store);
    expect(kept).toHaveLength(200);
    expect(await idsIn(store, "media")).not.toEqual(kept);
    for (const folder of ["media", "instances"] as const) {
      const present = new Set(await idsIn(store, folder));
      expect(kept.filter((id) => !present.has(id))).toEqual([]);
    }
    await open().removeLeftBehind();
    await expectKept(...kept);
    expect(audited()).toHaveLength(count - kept.length);
  });
});

describe("a file that cannot be removed", () => {
  it("stays on the list until it can be, and nothing outside the folders is ever touched", async () => {
    await addCapture(store, 1, old({ hasFiles: false }));
    await mkdir(join(store.directory, "media/c1.jpg"));
    await writeFile(join(store.directory, "settings.yaml"), "mine");
    store.database
      .prepare("INSERT INTO file_to_remove VALUES ('settings.yaml', 'c1', 0), ('media/../x', 'c1', 0)")
      .run();
    const retention = open();
    pass(hourMs);
    await retention.round(never);
    const listed = () =>
      store.database
        .prepare("SELECT file FROM file_to_remove ORDER BY file")
        .all()
        .map((row) => row.file);
    expect(listed()).toEqual(["media/../x", "media/c1.jpg", "settings.yaml"]);
    await rm(join(store.directory, "media/c1.jpg"), { recursive: true });
    expect(await retention.removeLeftBehind()).toBe(1);
    expect(listed()).toEqual(["media/../x", "settings.yaml"]);
    expect(await readdir(store.directory)).toContain("settings.yaml");
  });
});
