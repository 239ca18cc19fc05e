/** A whole box: the last seconds over HTTP, ffmpeg killed in a clip, and Node alone killed in the one that followed. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/store/store.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { type Box, type BoxOptions, type Json, startScopeline, until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";

const size = { width: 640, height: 360, fps: 15 };

interface Capture extends Json {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly notice: string | null;
  readonly durationMs: number;
  readonly rescuedMissingMs: number | null;
  readonly beginsBeforeMs: number | null;
}
interface LookBack extends Json {
  readonly seqs: readonly number[];
}
interface Source extends Json {
  readonly id: string;
  readonly state: string;
  readonly epoch: number;
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let options: BoxOptions;
let box: Box;
beforeAll(async () => {
  directory = await temporaryDirectory();
  options = { directory: join(directory.path, "box"), input: size };
  box = await startScopeline(options);
  await box.live();
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

const sourceOf = async (): Promise<Source> => {
  const [source] = await box.get<Source[]>("/api/sources");
  if (source === undefined) throw new Error("no source");
  return source;
};
const capturesOf = async (procedureId: unknown): Promise<Capture[]> =>
  (await box.get<{ captures: Capture[] }>(`/api/procedures/${procedureId}`)).captures;

/** The numbers in the pixels of a finished clip: each once and in order. */
async function expectWhole(id: string): Promise<number> {
  const numbers = await stripesIn(join(options.directory, "storage", "media", `${id}.mp4`), size.width, size.height);
  const [first = null] = numbers;
  expect(numbers).toEqual(numbers.map((_one, at) => (first ?? Number.NaN) + at));
  return numbers.length;
}

/** Of the box's children, the one that makes the pictures: the other waits for stills. */
async function cameraPid(): Promise<number> {
  const children = await readFile(`/proc/${box.pid}/task/${box.pid}/children`, "utf8");
  for (const pid of children.trim().split(" ").map(Number)) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes("lavfi")) return pid;
  }
  throw new Error("no child makes pictures");
}

/** Until there is something to look back to: the first frame of an input has nothing before it. */
const somethingBefore = (): Promise<void> =>
  until("pictures to look back to", async () => {
    const { seqs } = await box.get<LookBack>("/api/sources/scope/look-back");
    return (seqs.at(-1) ?? 0) - (seqs[0] ?? 0) > size.fps / 2;
  });

/** Meanwhile SQLite refuses the box every change of a capture, as on a disk that is full. */
async function withoutUpdates<T>(work: () => Promise<T>): Promise<T> {
  using database = openDatabase(join(options.directory, "storage", "scopeline.db"));
  database
    .prepare("CREATE TRIGGER full BEFORE UPDATE ON capture BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    .run();
  try {
    return await work();
  } finally {
    database.prepare("DROP TRIGGER full").run();
  }
}

test("the last seconds, a clip from before its press, ffmpeg killed in it, and then Node alone", {
  timeout: 180_000,
}, async () => {
  await somethingBefore();
  const clip = await box.post<Capture>("/api/clips", { lookBackS: 1.5 });
  expect(clip.state).toBe("recording");
  const key = { "idempotency-key": "last-1" };
  const last = await box.post<Capture>("/api/clips/last", { seconds: 2 }, key);
  expect(await box.post<Capture>("/api/clips/last", { seconds: 2 }, key)).toEqual(last);
  expect(last).toMatchObject({ state: "saved", number: 2 });
  expect(last.beginsBeforeMs).toBeGreaterThan(0);
  await expectWhole(last.id);

  const { epoch } = await sourceOf();
  process.kill(await cameraPid(), "SIGKILL");
  await until("the next clip", async () => (await capturesOf(clip.procedureId)).length === 3);
  const next = (await capturesOf(clip.procedureId)).at(-1);
  expect(next).toMatchObject({
    number: 3,
    notice: expect.stringMatching(/^Goes on from clip 1 after a gap of 0:\d\d\.$/),
  });
  await until("the first clip to be saved", async () => (await capturesOf(clip.procedureId))[0]?.state === "saved");
  await expectWhole(clip.id);

  // A stop that names a frame of the child before means the newest.
  const frame = { source: (await sourceOf()).id, epoch, seq: 1 };
  await until("the next clip to grow", async () => (await sourceOf()).recordingCaptureId === next?.id);
  const stopped = await box.post<Capture>(`/api/captures/${next?.id}/stop`, { frame });
  expect(stopped).toMatchObject({ state: "saved", rescuedMissingMs: null });
  await expectWhole(stopped.id);

  // A database that takes nothing of a clip but its begin keeps nobody from stopping it.
  const late = await withoutUpdates(async () => {
    const begun = await box.post<Capture>("/api/clips");
    await expect(box.post(`/api/captures/${begun.id}/stop`)).rejects.toMatchObject({
      status: 503,
      problem: { code: "not-saved-yet" },
    });
    expect((await sourceOf()).recordingCaptureId).toBeNull();
    expect(await box.get(`/api/captures/${begun.id}`)).toMatchObject({ progress: "not-saved-yet" });
    const { problems } = await box.get<{ problems: Json[] }>("/api/health");
    expect(problems).toContainEqual(
      expect.objectContaining({ level: "failure", message: expect.stringMatching(/^1 clip is on this box/) }),
    );
    return begun;
  });
  await until("it to be saved", async () => (await box.get(`/api/captures/${late.id}`)).progress === "saved");
  await expectWhole(late.id);

  // Whatever of the gap a stop falls into, and whichever of its clips it names, the recording is over.
  const interrupted = await box.post<Capture>("/api/clips");
  const before = (await sourceOf()).epoch;
  process.kill(await cameraPid(), "SIGKILL");
  await until("the gap", async () => {
    const { state, epoch: now } = await sourceOf();
    return state !== "live" || now !== before;
  });
  await box.post<Capture>(`/api/captures/${interrupted.id}/stop`);
  await until("the picture", async () => (await sourceOf()).state === "live" && (await sourceOf()).epoch !== before);
  expect(await sourceOf()).toMatchObject({ recordingCaptureId: null, resumingCaptureId: null });
  const all = await capturesOf(clip.procedureId);
  expect(all.filter(({ state }) => state === "recording")).toEqual([]);

  await somethingBefore();
  const cut = await box.post<Capture>("/api/clips", { lookBackS: 1 });
  process.kill(box.pid, "SIGKILL");
  await box[Symbol.asyncDispose]();
  box = await startScopeline(options);
  await until("the rescue", async () => (await box.get<Capture>(`/api/captures/${cut.id}`)).state === "saved");
  const rescued = await box.get<Capture>(`/api/captures/${cut.id}`);
  expect(rescued.notice).toMatch(
    /The box stopped during this recording\. Kept is .*, 0:0\d; at most \d\.\d s after that/,
  );
  expect(rescued.rescuedMissingMs).toBeLessThanOrEqual(1000);
  expect(rescued.beginsBeforeMs).toBeGreaterThan(0);
  expect(await expectWhole(cut.id)).toBe(Math.round((rescued.durationMs * size.fps) / 1000));
  const health = await box.get<{ rescued: Json[]; problems: { message: string }[] }>("/api/health");
  expect(health.rescued).toEqual([
    {
      ...{ captureId: cut.id, procedureId: cut.procedureId, number: cut.number },
      ...{ durationMs: rescued.durationMs, missingMs: rescued.rescuedMissingMs },
    },
  ]);
  expect(health.problems.map(({ message }) => message)).toContainEqual(
    expect.stringContaining(`Clip ${cut.number} was rescued`),
  );
});
