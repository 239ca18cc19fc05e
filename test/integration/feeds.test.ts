/** The WebSocket feeds: frames as fast as a client paints them, news to everybody, nothing to foreign pages. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { previewHeaderBytes } from "../../src/api/feeds/preview-frame.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { type Box, startScopeline, until } from "../support/scopeline.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let box: Box;

beforeAll(async () => {
  directory = await temporaryDirectory();
  box = await startScopeline({ directory: directory.path, input: { width: 640, height: 360, fps: 25 } });
  await box.live();
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

const address = (path: string): string => `${box.url.replace("http", "ws")}${path}`;

/** A viewer that paints each frame `paintMs` after it came; null: it never says that it painted. */
function viewer(paintMs: number | null): { frames: DataView[]; close: () => void } {
  const socket = new WebSocket(address("/api/sources/scope/preview"));
  socket.binaryType = "arraybuffer";
  const frames: DataView[] = [];
  socket.onmessage = (message) => {
    const frame = new DataView(message.data as ArrayBuffer);
    frames.push(frame);
    if (paintMs === null) return;
    const painted = new DataView(new ArrayBuffer(8));
    painted.setUint32(0, frame.getUint32(12));
    painted.setUint32(4, frame.getUint32(8));
    setTimeout(() => socket.readyState === WebSocket.OPEN && socket.send(painted), paintMs);
  };
  return { frames, close: () => socket.close() };
}

/** A client that asks for the news, by hand. */
function upgrading(headers: Readonly<Record<string, string>>): Socket {
  const { host, port } = new URL(box.url);
  const all = { host, ...headers, connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const lines = Object.entries({ ...all, "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" });
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(`GET /api/events HTTP/1.1\r\n${lines.map((line) => `${line.join(": ")}\r\n`).join("")}\r\n`);
  return socket;
}

const seqOf = (frame: DataView | undefined): number => frame?.getUint32(8) ?? Number.NaN;

it("a slow client misses frames and slows nobody down", async () => {
  const silent = viewer(null);
  const slow = viewer(300);
  const quick = viewer(0);
  await until("frames", () => quick.frames.length > 2);
  await sleep(2_000);
  for (const one of [silent, slow, quick]) one.close();
  // Two are on their way at most; the newest waits, the others are forgotten.
  expect(silent.frames).toHaveLength(2);
  expect(slow.frames.length).toBeLessThan(quick.frames.length / 2);
  expect(seqOf(slow.frames.at(-1)) - seqOf(slow.frames[0])).toBeGreaterThan(slow.frames.length);
  const seqs = quick.frames.map(seqOf);
  expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs);
  expect(new Set(seqs).size).toBe(seqs.length);
});

it("each message is the documented header and a JPEG", async () => {
  const one = viewer(0);
  await until("a frame", () => one.frames.length > 0);
  one.close();
  const [frame] = one.frames;
  if (frame === undefined) throw new Error("no frame");
  expect(frame.getUint8(0)).toBe(1);
  expect(frame.getUint8(1) & 1).toBe(1);
  expect(frame.getUint16(2) / frame.getUint16(4)).toBeCloseTo(16 / 9, 1);
  expect(Math.abs(Date.now() - frame.getFloat64(16))).toBeLessThan(60_000);
  expect(frame.getUint16(previewHeaderBytes)).toBe(0xffd8);
});

it("nonsense from a client is ignored, and too much of it ends the connection", async () => {
  const socket = new WebSocket(address("/api/sources/scope/preview"));
  await new Promise((open) => {
    socket.onopen = open;
  });
  socket.send("not a frame");
  socket.send(new Uint8Array([1, 2, 3]));
  const closed = new Promise<number>((done) => {
    socket.onclose = (event) => done(event.code);
  });
  socket.send(new Uint8Array(100_000));
  expect(await closed).toBe(1009);
  expect((await box.get("/api/health")).state).toBeDefined();
});

it("tells everybody that a capture was saved", async () => {
  const socket = new WebSocket(address("/api/events"));
  const news: { topic: string; id?: string }[] = [];
  socket.onmessage = (message) => news.push(JSON.parse(String(message.data)));
  await until("hello", () => news[0]?.topic === "hello");
  const still = await box.post("/api/stills");
  await until("the news", () => news.some(({ topic, id }) => topic === "capture" && id === still.id));
  socket.close();
});

it("an unknown source, and a page of another origin, get no picture", async () => {
  const codeOf = (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((done) => {
      const socket = new WebSocket(address(path), { headers } as never);
      socket.onclose = (event) => done(event.code);
      socket.onmessage = () => done(-1);
    });
  expect(await codeOf("/api/sources/nothing/preview", {})).toBe(4404);
  expect(await codeOf("/api/sources/scope/preview", { origin: "https://evil.example" })).toBe(1006);
  // A browser would leave such a connection open, and the box could not stop before it was closed.
  expect(await text(upgrading({ origin: "https://evil.example" }))).toMatch(/^HTTP\/1\.1 403 /);
});

it("a database that cannot be read is said, not an all-clear, and nobody is told that no procedure is open", async () => {
  const { procedureId } = await box.post("/api/stills");
  await box.get("/api/health");
  using database = new DatabaseSync(join(directory.path, "storage", "scopeline.db"));
  type Told = { state: string; openProcedureId: string | null; problems: { level: string; message: string }[] };
  const isSaid = ({ problems }: Told) => problems.some(({ message }) => message.includes("cannot be read"));
  for (const table of ["procedure", "delivery"]) {
    database.exec(`PRAGMA legacy_alter_table = ON; ALTER TABLE ${table} RENAME TO away`);
    await until("that it is said", async () => isSaid(await box.get<Told>("/api/health")));
    expect(await box.get<Told>("/api/health")).toMatchObject({ state: "failed", openProcedureId: procedureId });
    database.exec(`ALTER TABLE away RENAME TO ${table}`);
    await until("that it is over", async () => !isSaid(await box.get<Told>("/api/health")));
  }
});

it("a screen that says nothing any more does not hold up the end of the box", async () => {
  const socket = upgrading({});
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString("latin1")).toMatch(/^HTTP\/1\.1 101 /);
  await box[Symbol.asyncDispose]();
  socket.destroy();
  // Else it was ended by force.
  expect(box.log).toContain('"msg":"stopped"');
});
