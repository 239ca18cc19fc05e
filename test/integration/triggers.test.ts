/** A box with a pedal, a scanner and a loudspeaker, and no screen at all. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, type FileHandle, mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { wavOf } from "../../src/sounds/tones.ts";
import { inputEvent } from "../../src/triggers/input-event.fixture.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { type Box, HttpProblem, type Json, startScopeline, until } from "../support/scopeline.ts";

const run = promisify(execFile);
const [b, c, d, e, f] = [48, 46, 32, 18, 33];

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let box: Box;
let pedal: FileHandle;
let scanner: FileHandle;
/** The kernel's clock of the pedal, ms. */
let now = 1_000_000;
let news: WebSocket;
const heard: Json[] = [];

interface Procedure extends Json {
  readonly captures: (Json & { readonly kind: string; readonly state: string; readonly markers: Json[] })[];
}

async function fifo(name: string): Promise<FileHandle> {
  const file = join(directory.path, "input", name);
  await run("mkfifo", [file]);
  return open(file, "r+");
}
const send = (device: FileHandle, code: number, value: number) =>
  device.write(
    inputEvent({ type: 1, code, value, seconds: Math.floor(now / 1000), microseconds: (now % 1000) * 1000 }),
  );

/** Presses a key: it goes down now, and up after so many ms; the next press is `thenMs` after it went down. */
async function press(code: number, { heldMs = 60, thenMs = 1_000 } = {}): Promise<void> {
  await send(pedal, code, 1);
  now += heldMs;
  await send(pedal, code, 0);
  now += thenMs - heldMs;
}

async function learn(code: number, body: Json, heldMs?: number): Promise<Json> {
  const learned = box.post("/api/triggers/learn", body);
  await until("that it learns", async () => (await box.get("/api/triggers")).isLearning === true);
  await press(code, { ...(heldMs !== undefined && { heldMs }), thenMs: 5_000 });
  return learned;
}

async function captures(): Promise<Procedure["captures"]> {
  const { openProcedureId } = await box.get("/api/health");
  if (openProcedureId === null) return [];
  return (await box.get<Procedure>(`/api/procedures/${openProcedureId}`)).captures;
}
const count = async (kind: string, state: string): Promise<number> =>
  (await captures()).filter((capture) => capture.kind === kind && capture.state === state).length;

/** Which sounds were played. */
async function played(): Promise<string[]> {
  const names = ["saved", "record-start", "record-stop", "failed", "scanned"] as const;
  const md5 = (wav: Buffer): string => createHash("md5").update(wav).digest("hex");
  const bySum = new Map(names.map((name) => [md5(wavOf(name, 70)), name]));
  const log = await readFile(join(directory.path, "played"), "utf8").catch(() => "");
  return log.split("\n").flatMap((line) => bySum.get(line.slice(0, 32)) ?? []);
}

beforeAll(async () => {
  directory = await temporaryDirectory();
  await mkdir(join(directory.path, "input"));
  await mkdir(join(directory.path, "bin"));
  const aplay = join(directory.path, "bin", "aplay");
  await writeFile(aplay, `#!/bin/sh\nmd5sum >> ${join(directory.path, "played")}\n`);
  await chmod(aplay, 0o755);
  pedal = await fifo("event0");
  scanner = await fifo("event1");
  box = await startScopeline({
    directory: join(directory.path, "box"),
    sources: [
      { id: "scope", profile: "simulated-microscope", input: { width: 320, height: 180, fps: 25 } },
      // Nobody sends there: there is never a picture.
      { id: "dark", profile: "network-udp-mpegts", input: { url: "udp://127.0.0.1:1" } },
    ],
    settings: { triggers: { inputFolder: join(directory.path, "input") }, sounds: { enabled: true } },
    environment: { PATH: `${join(directory.path, "bin")}:${process.env.PATH}` },
  });
  news = new WebSocket(`${box.url.replace("http", "ws")}/api/events`);
  news.addEventListener("message", ({ data }) => heard.push(JSON.parse(String(data)) as Json));
  await until("that it listens", async () => ((await box.get("/api/triggers")).devices as Json[]).length === 2);
  await box.live();
});

afterAll(async () => {
  news?.close();
  await box?.[Symbol.asyncDispose]();
  await pedal?.close();
  await scanner?.close();
  await directory?.[Symbol.asyncDispose]();
});

it("a pedal is learned by being pressed, and its presses are stills, without any screen", async () => {
  expect(await learn(b, { action: "still" })).toMatchObject({ key: "B", press: "short", sourceId: null });
  await press(b);
  await until("the still", async () => (await count("still", "saved")) === 1);
  const [still] = await captures();
  expect(still).toMatchObject({ frameExact: true, source: "scope" });
  const media = await fetch(`${box.url}/api/captures/${String(still?.id)}/media`);
  expect((await media.bytes()).length).toBe(still?.sizeBytes);
  await until("its sound", async () => (await played()).join() === "saved");
  expect(heard).toContainEqual({ topic: "press", outcome: "saved", by: "trigger", id: still?.id });
  expect(await box.get("/api/health")).toMatchObject({ sounds: "box" });
});

it("two presses 150 ms apart are two stills, a bounce within 80 ms is one", async () => {
  const before = await count("still", "saved");
  await press(b, { thenMs: 150 });
  await press(b);
  await until("two stills", async () => (await count("still", "saved")) === before + 2);
  for (const bounce of [5, 20, 30]) await press(b, { heldMs: 3, thenMs: bounce });
  now += 1_000;
  await press(b);
  // The last press is behind the bounces: once it is there, all of them were judged.
  await until("two more", async () => (await count("still", "saved")) >= before + 4);
  expect(await count("still", "saved")).toBe(before + 4);
});

it("a press begins a clip, marks it, and ends it; each is heard", async () => {
  await learn(c, { action: "clip", sourceId: "scope" });
  await learn(d, { action: "marker" });
  const before = (await played()).length;
  await press(c);
  await until("the clip", async () => (await count("clip", "recording")) === 1);
  await until("its sound", async () => (await played()).at(-1) === "record-start");
  await press(d);
  await until("the marker", async () => (await captures()).some(({ markers }) => markers.length === 1));
  await press(c);
  await until("that it is saved", async () => (await count("clip", "saved")) === 1);
  await until("the sounds", async () => (await played()).length === before + 3);
  expect((await played()).slice(before)).toEqual(["record-start", "scanned", "record-stop"]);
});

it("a second's press does another thing than a short one", async () => {
  const before = (await captures()).length;
  await learn(b, { action: "keep-last" }, 1_200);
  await send(pedal, b, 1);
  await until("what was kept", async () => (await captures()).length === before + 1);
  now += 2_000;
  await send(pedal, b, 0);
  now += 1_000;
  await until("that it is saved", async () => (await count("clip", "saved")) === 2);
  await press(b);
  await until("a still", async () => (await captures()).at(-1)?.kind === "still");
});

it("what is refused is refused as by HTTP, heard as failed, and told to the screens", async () => {
  await until("that nothing is recorded", async () => (await count("clip", "recording")) === 0);
  const { id } = (await learn(e, { action: "marker" })) as { id: string };
  const byHttp = await box.post(`/api/triggers/${id}/test`).catch((error: unknown) => error);
  expect(byHttp).toBeInstanceOf(HttpProblem);
  heard.length = 0;
  await press(e);
  await until("the refusal", () => heard.some(({ outcome }) => outcome === "failed"));
  const { problem } = byHttp as HttpProblem;
  expect(heard).toContainEqual({ topic: "press", outcome: "failed", by: "trigger", message: problem.detail });
  await until("its sound", async () => (await played()).at(-1) === "failed");
});

it("a pedal does what the surgeon wants who performs, and what it was taught for everybody else", async () => {
  await box.post("/api/session/preferences", { pedal: { marker: "still" } });
  const { openProcedureId } = await box.get("/api/health");
  await box.post(`/api/procedures/${String(openProcedureId)}/complete`);
  await box.post("/api/procedures", { emergency: {}, performingPhysicianName: "Body^Every" });
  await press(e);
  await until("a still", async () => (await count("still", "saved")) === 1);
  await box.post("/api/session/preferences", {});
  heard.length = 0;
  await press(e);
  await until("the refusal", () => heard.some(({ outcome }) => outcome === "failed"));
  expect(await count("still", "saved")).toBe(1);
});

it("a press without a picture is refused as by HTTP", async () => {
  await learn(f, { action: "still", sourceId: "dark" });
  const byHttp = await box.post("/api/stills", { source: "dark" }).catch((error: unknown) => error);
  expect(byHttp).toMatchObject({ status: 503, problem: { code: "no-signal" } });
  heard.length = 0;
  const before = (await captures()).length;
  await press(f);
  await until("the refusal", () => heard.some(({ outcome }) => outcome === "failed"));
  expect(heard.find(({ outcome }) => outcome === "failed")).toMatchObject({
    by: "trigger",
    message: expect.stringMatching(/\w/) as string,
  });
  expect(await captures()).toHaveLength(before);
});

it("a press without a screen means the frame that the kiosk painted last", async () => {
  const kiosk = new WebSocket(`${box.url.replace("http", "ws")}/api/sources/scope/preview?kiosk=1`);
  kiosk.binaryType = "arraybuffer";
  const painted = new Set<number>();
  // A slow one: what it paints is well behind the newest frame.
  kiosk.addEventListener("message", ({ data }) => {
    const frame = new DataView(data as ArrayBuffer);
    setTimeout(() => {
      if (kiosk.readyState !== WebSocket.OPEN) return;
      const said = new DataView(new ArrayBuffer(8));
      said.setUint32(0, frame.getUint32(12));
      said.setUint32(4, frame.getUint32(8));
      kiosk.send(said);
      painted.add(frame.getUint32(8));
    }, 200);
  });
  await until("a painted frame", () => painted.size > 3);
  // On a busy machine the kiosk may be silent for too long, and the newest frame is meant: then it is pressed again.
  await until("a still of a frame that was painted before the press", async () => {
    const before = new Set(painted);
    const stills = await count("still", "saved");
    await press(b);
    await until("the still", async () => (await count("still", "saved")) === stills + 1);
    const seq = ((await captures()).at(-1)?.frame as Json | undefined)?.seq;
    return before.has(Number(seq));
  });
  kiosk.close();
});

it("what a scanner reads is told to the screens", async () => {
  for (const code of [2, 3, 4, 5, 28]) {
    await send(scanner, code, 1);
    await send(scanner, code, 0);
    now += 2;
  }
  await until("the scan", () => heard.some(({ topic }) => topic === "scan"));
  expect(heard.filter(({ topic }) => topic === "scan")).toEqual([{ topic: "scan", text: "1234" }]);
});

it("learning ends when it is cancelled; a source that is not there is not learned", async () => {
  const learning = box.post("/api/triggers/learn", { action: "still" }).catch((error: unknown) => error);
  await until("that it learns", async () => (await box.get("/api/triggers")).isLearning === true);
  await box.delete("/api/triggers/learn", {});
  expect(await learning).toMatchObject({ status: 409, problem: { code: "learning-cancelled" } });
  const nowhere = box.post("/api/triggers/learn", { action: "still", sourceId: "nowhere" });
  await expect(nowhere).rejects.toMatchObject({ status: 404 });
});

it("a pedal that is unplugged is said in health until it is back; forgotten, it does nothing", async () => {
  const { triggers } = await box.get<{ triggers: (Json & { readonly id: string })[] }>("/api/triggers");
  await pedal.close();
  const missing = async () =>
    ((await box.get("/api/health")).problems as Json[]).some(({ area }) => area === "triggers");
  await until("that it is missed", missing);
  pedal = await open(join(directory.path, "input", "event0"), "r+");
  await until("that it is back", async () => !(await missing()));
  for (const { id } of triggers) await box.delete(`/api/triggers/${id}`, {});
  expect((await box.get("/api/triggers")).triggers).toEqual([]);
});
