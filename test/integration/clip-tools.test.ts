/**
 * Stills, clips, the seconds before a press, markers, cuts and stills of clips on the running box, and what is rescued when
 * it is killed: proven by the numbers that another process burned in.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readHeader } from "../../src/capture/capture.ts";
import { readFragment } from "../../src/capture/clip/fragments.ts";
import { stripeFilters } from "../../src/capture/input/frame-stripe.ts";
import { readMp4Index } from "../../src/encoding/mp4-index.ts";
import { runTool, temporaryDirectory } from "../support/peers.ts";
import { type Box, type BoxOptions, HttpProblem, type Json, startScopeline, until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";
import { sender, stopSenders } from "./capture-rig.ts";

const [width, height, fps] = [640, 360, 30];
const graph = `testsrc2=size=${width}x${height}:rate=${fps},${stripeFilters(width, height)}`;

interface Capture extends Json {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly notice: string;
  readonly frames: number;
  readonly durationMs: number;
  readonly beginsBeforeMs: number | null;
  readonly sha256: string;
  readonly derivedFrom: string;
  readonly derivation: { readonly kind: string; readonly firstFrame: number; readonly lastFrame: number };
  readonly markers: readonly { readonly id: string; readonly label: string; readonly offsetMs: number | null }[];
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let options: BoxOptions;
let box: Box;
let clip: Capture;
/** Burned-in, of each frame of the clip. */
let numbers: (number | null)[];

const media = async (id: string): Promise<string> => {
  const database = new DatabaseSync(join(directory.path, "box/storage/scopeline.db"), { readOnly: true });
  const row = database.prepare("SELECT file FROM capture WHERE id = ?").get(id);
  database.close();
  return join(directory.path, "box/storage", String(row?.file));
};
const numbersOf = async (id: string): Promise<(number | null)[]> => stripesIn(await media(id), width, height);
const audited = (action: string): Json[] => {
  const database = new DatabaseSync(join(directory.path, "box/storage/scopeline.db"), { readOnly: true });
  const rows = database.prepare("SELECT subject_id AS subject, detail FROM audit WHERE action = ?").all(action);
  database.close();
  return rows.map((row) => ({ subject: row.subject, ...JSON.parse(String(row.detail)) }));
};
const codeOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => "done",
    (error: unknown) => (error instanceof HttpProblem ? error.problem.code : error),
  );

beforeAll(async () => {
  directory = await temporaryDirectory();
  // A pipe and no network: none of its pictures is lost on the way, however busy this machine is.
  const file = join(directory.path, "frames");
  execFileSync("mkfifo", [file]);
  sender("-y", "-re", "-f", "lavfi", "-i", graph, "-pix_fmt", "yuv420p", "-f", "rawvideo", file);
  options = {
    directory: join(directory.path, "box"),
    profile: "raw-frames-pipe",
    input: { file, width, height, fps },
  };
  box = await startScopeline(options);
  await box.live();
}, 60_000);
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await stopSenders();
  await directory?.[Symbol.asyncDispose]();
});

it("a marker names the frame that was on the screen, and only while the clip is recorded", async () => {
  const { id: procedureId } = await box.post<Capture>("/api/procedures", { emergency: {} });
  const begun = await box.post<Capture>("/api/clips", {});
  const markers = `/api/captures/${begun.id}/markers`;
  expect(await codeOf(box.post(`/api/captures/${begun.id}/cut`, { fromMs: 0, toMs: 500 }))).toBe("still-recording");
  expect(await codeOf(box.post(`/api/captures/${begun.id}/still`, { frame: 0 }))).toBe("still-recording");
  await sleep(1500);
  const still = await box.post<Json & { frame: { epoch: number; seq: number } }>("/api/stills", {});
  const frame = { source: "scope", ...still.frame };
  const marked = await box.post<Capture>(markers, { frame, label: "Capsule" });
  expect(marked.markers).toMatchObject([{ label: "Capsule", offsetMs: null }]);
  const twice = await box.post<Capture>(markers);
  expect(twice.markers).toHaveLength(2);
  await box.delete(`${markers}/${twice.markers[1]?.id}`, {});
  expect(await codeOf(box.post(markers, { frame: { ...frame, epoch: frame.epoch + 1 } }))).toBe("outside-clip");
  expect(await codeOf(box.post(markers, { frame: { ...frame, source: "other" } }))).toBe("outside-clip");
  await sleep(2500);
  clip = await box.post<Capture>(`/api/captures/${begun.id}/stop`);
  expect(await codeOf(box.post(markers))).toBe("not-recording");
  expect(clip.frames).toBeGreaterThan(90);
  numbers = await numbersOf(clip.id);
  expect(numbers).not.toContain(null);

  // The frame at the marker's place in the clip is the one that the still shows.
  expect(clip.markers).toHaveLength(1);
  const offsetMs = clip.markers[0]?.offsetMs ?? -1;
  const [shown] = await numbersOf(String(still.id));
  expect(shown).not.toBeNull();
  expect(numbers[Math.round((offsetMs * fps) / 1000)]).toBe(shown);
  expect(audited("marker-set")).toHaveLength(2);
  expect(audited("marker-removed")).toMatchObject([{ subject: clip.id }]);
  await box.post(`/api/procedures/${procedureId}/complete`);
}, 60_000);

it("a cut has the very frames from key frame to key frame, and the clip is as it was", async () => {
  const { keySamples } = await readMp4Index(await media(clip.id));
  const gop = keySamples[1] ?? 0;
  expect(gop).toBeGreaterThan(5);
  const [fromMs, toMs] = [((gop + 5) * 1000) / fps, ((2 * gop + 4) * 1000) / fps].map(Math.round);
  const [cut, again] = await Promise.all([
    box.post<Capture>(`/api/captures/${clip.id}/cut`, { fromMs, toMs }, { "idempotency-key": "cut-1" }),
    box.post<Capture>(`/api/captures/${clip.id}/cut`, { fromMs, toMs }, { "idempotency-key": "cut-1" }),
  ]);
  expect(again.id).toBe(cut.id);
  expect(cut).toMatchObject({ kind: "clip", state: "saved", derivedFrom: clip.id, number: clip.number + 2 });
  expect(cut.derivation).toEqual({ kind: "cut", firstFrame: gop, lastFrame: 3 * gop - 1 });
  expect(cut.notice).toMatch(
    /^Cut from clip 1, 0:01 to 0:02; at key frames, so it begins 0\.2 s earlier and ends 0\.9 s/,
  );
  expect(await numbersOf(cut.id)).toEqual(numbers.slice(gop, 3 * gop));
  expect(cut.frames).toBe(2 * gop);
  const file = await readFile(await media(cut.id));
  expect(createHash("sha256").update(file).digest("hex")).toBe(cut.sha256);
  expect(
    createHash("sha256")
      .update(await readFile(await media(clip.id)))
      .digest("hex"),
  ).toBe(clip.sha256);
  expect(audited("capture-saved")).toContainEqual(expect.objectContaining({ subject: cut.id, sha256: cut.sha256 }));
  expect(audited("capture-cut")).toMatchObject([{ subject: clip.id, captureId: cut.id }]);

  // Beyond the end is to the end; from the begin is whole.
  const whole = await box.post<Capture>(`/api/captures/${clip.id}/cut`, { fromMs: 0, toMs: 3_600_000 });
  expect(await numbersOf(whole.id)).toEqual(numbers);
  expect(whole.notice).toMatch(/^Cut from clip 1, 0:00 to 0:0\d\./);
  // And a cut can be cut.
  const third = await box.post<Capture>(`/api/captures/${cut.id}/cut`, { fromMs: 1100, toMs: 1200 });
  expect(await numbersOf(third.id)).toEqual(numbers.slice(2 * gop, 3 * gop));
}, 60_000);

it("a still of a clip is exactly the frame that was named, by number or by time", async () => {
  for (const frame of [0, 1, 29, 30, 31, clip.frames - 1]) {
    const still = await box.post<Capture>(`/api/captures/${clip.id}/still`, { frame });
    expect(await numbersOf(still.id)).toEqual([numbers[frame]]);
    expect(still).toMatchObject({ kind: "still", derivedFrom: clip.id, derivation: { kind: "frame", frame } });
  }
  const atMs = Math.round((47 * 1000) / fps);
  const still = await box.post<Capture>(`/api/captures/${clip.id}/still`, { atMs });
  expect(await numbersOf(still.id)).toEqual([numbers[47]]);
  expect(still.notice).toBe("From clip 1, 0:01");
  expect((await stat(await media(still.id))).size).toBeGreaterThan(1000);
  expect(audited("still-of-clip")).toHaveLength(7);
}, 60_000);

it("what cannot be done says why, and makes nothing", async () => {
  const { procedureId } = await box.get<{ procedureId: string }>(`/api/captures/${clip.id}`);
  const all = async () => (await box.get<{ captures: Capture[] }>(`/api/procedures/${procedureId}`)).captures;
  const before = (await all()).length;
  const cut = (id: string, fromMs: number, toMs: number) =>
    codeOf(box.post(`/api/captures/${id}/cut`, { fromMs, toMs }));
  expect(await cut(clip.id, 2000, 2000)).toBe("outside-clip");
  expect(await cut(clip.id, 60_000, 61_000)).toBe("outside-clip");
  expect(await codeOf(box.post(`/api/captures/${clip.id}/still`, { frame: clip.frames }))).toBe("outside-clip");
  expect(await codeOf(box.post(`/api/captures/${clip.id}/still`, {}))).toBe("bad-request");
  const still = (await all()).find((one) => one.kind === "still");
  expect(await cut(String(still?.id), 0, 1000)).toBe("not-a-clip");
  expect(await cut("nobody", 0, 1000)).toBe("unknown-capture");
  const removable = (await all()).findLast((one) => one.kind === "clip");
  await box.delete(`/api/captures/${removable?.id}`, { reason: "Test picture" });
  expect(await cut(String(removable?.id), 0, 1000)).toBe("not-a-clip");
  const database = new DatabaseSync(join(directory.path, "box/storage/scopeline.db"));
  database.prepare("UPDATE capture SET file_removed_at = 1 WHERE id = ?").run(clip.id);
  expect(await cut(clip.id, 0, 1000)).toBe("file-removed");
  expect(await codeOf(box.post(`/api/captures/${clip.id}/still`, { frame: 0 }))).toBe("file-removed");
  database.prepare("UPDATE capture SET file_removed_at = NULL WHERE id = ?").run(clip.id);
  database.close();
  // A file that is damaged, and one that is gone: the box says so and goes on.
  const broken = (await all()).find((one) => one.derivation?.kind === "cut" && one.state === "saved");
  const file = await media(String(broken?.id));
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, 2000));
  expect(await cut(String(broken?.id), 0, 1000)).toBe("encoder");
  expect(await codeOf(box.post(`/api/captures/${broken?.id}/still`, { frame: 0 }))).toBe("encoder");
  await rename(file, `${file}.away`);
  expect(await cut(String(broken?.id), 0, 1000)).toBe("encoder");
  await rm(`${file}.away`);
  await writeFile(file, bytes);
  expect(await readdir(join(directory.path, "box/storage/work"))).toEqual([]);
  expect(await all()).toHaveLength(before);
}, 30_000);

it("works for a procedure that was released, and what is made is wanted by its nodes", async () => {
  const { procedureId } = await box.get<{ procedureId: string }>(`/api/captures/${clip.id}`);
  await box.post(`/api/procedures/${procedureId}/release`);
  const late = await box.post<Capture>(`/api/captures/${clip.id}/still`, { frame: 40 });
  const cut = await box.post<Capture>(`/api/captures/${clip.id}/cut`, { fromMs: 0, toMs: 1000 });
  for (const { id } of [late, cut]) {
    expect((await box.get<Json>(`/api/captures/${id}`)).sopInstanceUid).toMatch(/^[0-9.]+$/);
  }
  await until("both stories", async () => {
    const story = JSON.stringify(await box.get(`/api/captures/${late.id}/story`));
    return /Taken from clip 1, frame 41, after the recording/.test(story);
  });
  const story = JSON.stringify(await box.get(`/api/captures/${clip.id}/story`));
  expect(story).toContain("A moment was marked");
  expect(story).toMatch(/A part of it was cut into capture \d+/);
  expect(story).toMatch(/A still was taken from it as capture \d+/);
}, 30_000);

interface Fragment {
  readonly at: number;
  /** Of its first frame. */
  readonly seq: number;
  readonly frames: number;
  readonly startsWithKey: boolean;
}

/** The whole fragments of a growing clip. */
function fragmentsOf(bytes: Buffer): Fragment[] {
  const fragments: Fragment[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const header = readHeader(bytes, at, Number.MAX_SAFE_INTEGER);
    if (header === null || at + header.size > bytes.length) break;
    if (header.type === "moof") {
      const moof = { type: "moof", bytes: bytes.subarray(at, at + header.size), content: header.content };
      const { decodeTime, sampleDuration, samples, startsWithKey } = readFragment(moof);
      fragments.push({ at, seq: decodeTime / sampleDuration, frames: samples, startsWithKey });
    }
    at += header.size;
  }
  return fragments;
}

/** Takes the second group of pictures out of a growing clip, and says how many they were. */
async function loseSecondGroup(file: string): Promise<number> {
  const bytes = await readFile(file);
  const [, from, to] = fragmentsOf(bytes).filter(({ startsWithKey }) => startsWithKey);
  if (from === undefined || to === undefined) throw new Error("the clip has no second group");
  await writeFile(file, Buffer.concat([bytes.subarray(0, from.at), bytes.subarray(to.at)]));
  return to.seq - from.seq;
}

interface Still extends Json {
  readonly id: string;
  readonly frame: { readonly epoch: number; readonly seq: number };
}

it("what is left of a clip when the box is killed begins before its press, and its gap moves no picture of it", async () => {
  const pressStill = async () => {
    const { id, frame } = await box.post<Still>("/api/stills", {});
    return { frame: { source: "scope", ...frame }, number: (await numbersOf(id))[0] };
  };
  /** A picture lies on the disk and so does what comes within a second behind it. */
  const onDisk = async (id: string, seq: number) =>
    (fragmentsOf(await readFile(`${await media(id)}.part`)).at(-1)?.seq ?? 0) > seq + fps;
  const inFrames = (ms: number | null | undefined): number => Math.round(((ms ?? Number.NaN) * fps) / 1000);

  const press = await pressStill();
  const begun = await box.post<Capture>("/api/clips", { frame: press.frame, lookBackS: 2 });
  const last = await box.post<Capture>("/api/clips/last", { frame: press.frame, seconds: 2 });
  expect(inFrames(last.beginsBeforeMs)).toBeGreaterThanOrEqual(2 * fps);
  expect((await numbersOf(last.id))[inFrames(last.beginsBeforeMs)]).toBe(press.number);
  await until("pictures behind the press", () => onDisk(begun.id, press.frame.seq));
  const mark = await pressStill();
  await box.post(`/api/captures/${begun.id}/markers`, { frame: mark.frame, label: "Capsule" });
  await until("the marked picture to be on the disk", () => onDisk(begun.id, mark.frame.seq));
  await box.kill();

  const lost = await loseSecondGroup(`${await media(begun.id)}.part`);
  expect(lost).toBeGreaterThan(5);
  box = await startScopeline(options);
  await until("the rescue", async () => (await box.get<Capture>(`/api/captures/${begun.id}`)).state === "saved");
  const rescued = await box.get<Capture>(`/api/captures/${begun.id}`);
  expect(rescued.notice).toContain(`${lost} frames are missing in the middle`);
  const kept = await numbersOf(rescued.id);
  expect(kept).not.toContain(null);
  expect(inFrames(rescued.beginsBeforeMs)).toBeGreaterThanOrEqual(2 * fps);
  expect(kept[inFrames(rescued.beginsBeforeMs) - lost]).toBe(press.number);
  const [markerMs = Number.NaN] = rescued.markers.map(({ offsetMs }) => offsetMs ?? Number.NaN);
  expect(kept[inFrames(markerMs) - lost]).toBe(mark.number);

  // Behind the gap a picture plays later than its number in the file says.
  const cut = await box.post<Capture>(`/api/captures/${rescued.id}/cut`, {
    fromMs: markerMs - 50,
    toMs: markerMs + 50,
  });
  const { firstFrame, lastFrame } = cut.derivation;
  const inCut = await numbersOf(cut.id);
  expect(inCut).toEqual(kept.slice(firstFrame, lastFrame + 1));
  expect(firstFrame).toBeGreaterThan(0);
  expect(cut.markers).toMatchObject([{ label: "Capsule" }]);
  expect(inCut[inFrames(cut.markers[0]?.offsetMs)]).toBe(mark.number);
  expect(audited("capture-saved")).toContainEqual(expect.objectContaining({ subject: cut.id, markers: 1 }));

  const endMs = Math.round(((kept.length + lost) * 1000) / fps);
  // In the middle of the fifth picture from the end.
  const atMs = endMs - Math.round(4500 / fps);
  expect(atMs).toBeGreaterThan(rescued.durationMs);
  const still = await box.post<Capture>(`/api/captures/${rescued.id}/still`, { atMs });
  expect(await numbersOf(still.id)).toEqual([kept.at(-5)]);
  const end = await box.post<Capture>(`/api/captures/${rescued.id}/cut`, { fromMs: atMs, toMs: endMs });
  const inEnd = await numbersOf(end.id);
  expect(inEnd).toEqual(kept.slice(-inEnd.length));
  expect(end.markers).toEqual([]);
  const beyond = { fromMs: endMs + 100, toMs: endMs + 200 };
  expect(await codeOf(box.post(`/api/captures/${rescued.id}/cut`, beyond))).toBe("outside-clip");
}, 150_000);

it("the chain and the check of everything on the disk are clean afterwards", async () => {
  const { settingsFile } = box;
  await box[Symbol.asyncDispose]();
  const args = [join(import.meta.dirname, "../../src/main.ts"), "check", "--config", settingsFile];
  const { code, stdout } = await runTool(process.execPath, args);
  expect(stdout).toMatch(/^clean: /);
  expect(code).toBe(0);
}, 60_000);
