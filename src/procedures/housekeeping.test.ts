import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLog } from "../lib/log.ts";
import { type Database, openDatabase } from "../store/store.ts";
import { binMs, Housekeeping } from "./housekeeping.ts";

const dayMs = 86_400_000;
const deletedAt = 1_000 * dayMs;

let directory = "";
let database: Database;
let now: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-housekeeping-"));
  for (const folder of ["media", "thumbnails"]) await mkdir(join(directory, folder));
  database = openDatabase(":memory:");
  database
    .prepare(
      "INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at) VALUES ('p', 'unassigned', 'open', '1.2', '1.3', 0)",
    )
    .run();
  for (const [number, state] of ["saved", "deleted", "failed", "recording"].entries()) {
    database
      .prepare(
        `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, file, deleted_at)
         VALUES (?, 'p', ?, 'clip', ?, 's', 'x', 0, ?, ?)`,
      )
      .run(state, number, state, `media/${state}.mp4`, state === "deleted" ? deletedAt : null);
    await writeFile(join(directory, "media", `${state}.mp4`), "x");
    await writeFile(join(directory, "thumbnails", `${state}.jpg`), "x");
  }
  database.prepare("INSERT INTO idempotency (key, capture_id, at) VALUES ('key', 'saved', ?)").run(deletedAt);
  await writeFile(join(directory, "media/deleted.mp4.part"), "x");
  await writeFile(join(directory, "media/unknown.mp4"), "x");
});
afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

/** A box that was started at this time. */
function startedAt(at: number): Housekeeping {
  now = at;
  return new Housekeeping({ database, storageDirectory: directory, clock: () => now, log: silentLog });
}
const media = async () => (await readdir(join(directory, "media"))).sort();
const keys = () => database.prepare("SELECT key FROM idempotency").all().length;
const others = ["failed.mp4", "recording.mp4", "saved.mp4", "unknown.mp4"];

it("the files of a deleted capture stay for seven days, so that a slip can be mended", async () => {
  await startedAt(deletedAt + binMs - 1).tidy();
  expect(await media()).toEqual(["deleted.mp4", "deleted.mp4.part", ...others]);
  expect(keys()).toBe(0);
});

it.each([8, 40, 4_000])("they go after that, also when the box was off for %i days, and nothing else", async (days) => {
  await startedAt(deletedAt + days * dayMs).tidy();
  expect(await media()).toEqual(others);
  expect((await readdir(join(directory, "thumbnails"))).sort()).toEqual(["failed.jpg", "recording.jpg", "saved.jpg"]);
});

it("a copy of a clip to play goes once nobody has looked at it for a day", async () => {
  for (const [name, at] of [
    ["old", 0],
    ["new", dayMs],
  ] as const) {
    const file = join(directory, "thumbnails", `${name}.mp4`);
    await writeFile(file, "x");
    await utimes(file, new Date(deletedAt + at), new Date(deletedAt + at));
  }
  await startedAt(deletedAt + 1.5 * dayMs).tidy();
  const copies = (await readdir(join(directory, "thumbnails"))).filter((name) => name.endsWith(".mp4"));
  expect(copies).toEqual(["new.mp4"]);
});

it.each([
  ["forward", deletedAt + 60_000],
  ["back", deletedAt + 100 * dayMs],
])(
  "a clock that jumps %s empties no bin and forgets no press, also when it is set right again",
  async (_name, from) => {
    const running = startedAt(from);
    now = deletedAt + 30 * dayMs;
    await running.tidy();
    now = from;
    await running.tidy();
    expect(await media()).toContain("deleted.mp4");
    expect(keys()).toBe(1);
  },
);

it("nothing is thrown away right after a start", async () => {
  const ending = new AbortController();
  const running = startedAt(deletedAt + 30 * dayMs).run(ending.signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
  ending.abort();
  await running;
  expect(await media()).toContain("deleted.mp4");
});
