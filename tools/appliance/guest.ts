/** The part of the appliance's test that runs in the virtual machine: `guest.ts first`, after the power cut `second`, and `formats`. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { LookBack } from "../../src/capture/capture.ts";
import { type Box, type BoxOptions, HttpProblem, type Json, startScopeline } from "../../test/support/scopeline.ts";
import { cardIdentity, describeCard, hdmi, holdNumber, home, plugIn, pullCable, unplug } from "./card.ts";
import { grabber, numberOn, plugInGrabber } from "./grabber.ts";
import { plugInPedal } from "./pedal.ts";
import { type Phase, say, steps } from "./report.ts";
import { run } from "./run.ts";
import { watchFrames } from "./watch-frames.ts";

/** Everything is emulated: what takes a second elsewhere takes ten here. */
const patienceMs = 240_000;
const directory = "/mnt/box";
/** What the host's disk must know before the power is cut; read again after it. */
const noteFile = "/mnt/before.json";

interface Capture extends Json {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly frames: number | null;
  readonly notice: string | null;
  readonly frameExact: boolean | null;
  readonly frame: { readonly epoch: number; readonly seq: number } | null;
  readonly rescuedMissingMs: number | null;
}

interface SourceState extends Json {
  readonly state: string;
  readonly message: string | null;
  readonly recordingCaptureId: string | null;
  readonly findings: readonly { readonly id: string; readonly message: string }[];
}

const options: BoxOptions = {
  directory,
  profile: "hdmi-sdi-v4l2-card",
  input: { device: cardIdentity, width: home.width, height: home.height, fps: home.fps },
  readyWithinMs: patienceMs,
};

/** Both formats that cards deliver beside YUYV, in a box of its own. */
const formats: BoxOptions = {
  directory: "/mnt/formats",
  sources: [
    {
      id: "nv12",
      profile: "hdmi-sdi-v4l2-card-nv12",
      input: { device: cardIdentity, width: home.width, height: home.height, fps: home.fps },
    },
    { id: "grabber", profile: "usb-uvc-grabber", input: grabber },
  ],
  readyWithinMs: patienceMs,
};

/** What the box logged, for the host to show where something is not so. */
let log = (): string => "";

async function startBox(what: BoxOptions = options): Promise<Box> {
  const box = await restarted(() => startScopeline(what));
  log = () => box.log;
  return box;
}

/**
 * Emulated by several threads V8 crashes now and then while it starts (docs/appliance-test.md): started again, as systemd does
 * with the service. Any other end is a failure.
 */
async function restarted<T>(start: () => Promise<T>): Promise<T> {
  for (let again = 0; ; again += 1) {
    try {
      return await start();
    } catch (error) {
      const words = error instanceof Error ? `${error.message} ${inspect(error.cause)}` : "";
      if (again === 3 || !/SIGSEGV|SIGTRAP/.test(words)) throw error;
      process.stdout.write("Node crashed while it started; it is started again\n");
    }
  }
}

async function first(): Promise<void> {
  const device = await plugIn(home);
  say("card", { device, ...(await describeCard(device)) });
  await using box = await startBox();
  await untilLive(box);
  const devices = await box.get<{ device: string; ids: string[] }[]>("/api/devices");
  if (!devices.some((found) => found.device === device && found.ids.includes(cardIdentity)))
    throw new Error(`the box lists ${JSON.stringify(devices)}`);
  say("live", { findings: (await sourceOf(box)).findings.map(({ message }) => message) });
  const { id: procedureId } = await box.post<{ id: string }>("/api/procedures", { emergency: {} });
  const picture = await still(box);
  say("still", await decoded(box, picture));
  say("pedal", { is: await footPressed(box, procedureId) });
  const running = await press(box, "/api/clips");
  await framesLater(box, 40);
  const clip = await box.post<Capture>(`/api/captures/${running.id}/stop`);
  say("clip", await decoded(box, clip));

  // In the middle of a clip: what was recorded so far is kept.
  const cutOff = await press(box, "/api/clips");
  await framesLater(box, 40);
  const held = await holdNumber();
  await unplug();
  await until("the box to miss the picture", async () => (await sourceOf(box)).state !== "live");
  say("unplugged", { says: (await sourceOf(box)).message });
  const again = await plugIn(home);
  await held[Symbol.asyncDispose]();
  if (again === device) throw new Error(`the card is ${again} again: it kept its number`);
  await untilLive(box);
  // The box goes on recording by itself, in a clip of its own.
  await until(
    "the recording to go on",
    async () => ![null, cutOff.id].includes((await sourceOf(box)).recordingCaptureId),
  );
  const goesOn = (await sourceOf(box)).recordingCaptureId ?? "";
  await framesLater(box, 20);
  const resumed = await box.post<Capture>(`/api/captures/${goesOn}/stop`);
  await decoded(box, await still(box));
  say("plugged-in", {
    device: again,
    cutOff: await decoded(box, await saved(box, cutOff.id)),
    resumed: await decoded(box, resumed),
  });

  await unplug();
  await plugIn(hdmi);
  await until("the box to say that the mode is another", async () => tellsOfMode(await sourceOf(box)));
  const mode = (await sourceOf(box)).findings.find(({ id }) => id === "wrong-mode");
  say("other-mode", { says: mode?.message });
  await pullCable();
  const ofSocket = async (): Promise<string | undefined> => {
    const { message, findings } = await sourceOf(box);
    return [message ?? "", ...findings.map((finding) => finding.message)].find((words) =>
      words.includes("card receives no signal"),
    );
  };
  await until("the box to say that no signal reaches the card", async () => (await ofSocket()) !== undefined);
  say("socket", { says: await ofSocket() });
  await unplug();
  await plugIn(home);
  await untilLive(box);
  await until("the box to be content with the mode", async () => !tellsOfMode(await sourceOf(box)));
  await decoded(box, await still(box));
  say("home-mode");

  const last = await press(box, "/api/clips");
  const frames = watchFrames(box.url);
  await until("a recording", async () => (await sourceOf(box)).recordingCaptureId === last.id);
  const listed = (await box.get<{ captures: Capture[] }>(`/api/procedures/${procedureId}`)).captures;
  const stills = listed.filter(({ kind }) => kind === "still").length;
  await writeFile(noteFile, JSON.stringify({ procedureId, clipId: last.id, stills, all: listed.length }), {
    flush: true,
  });
  // The host pulls the plug while this goes on.
  await until("a frame", () => frames.newest().seq >= 0);
  const begun = frames.newest();
  for (;;) {
    say("recording", {
      clipId: last.id,
      seq: frames.newest().seq,
      seconds: (frames.newest().atMs - begun.atMs) / 1000,
    });
    await sleep(100);
  }
}

async function second(): Promise<void> {
  const lastSeq = Number(process.argv[3]);
  const note = JSON.parse(await readFile(noteFile, "utf8")) as Record<"stills" | "all", number> &
    Record<"clipId" | "procedureId", string>;
  await plugIn(home);
  await using box = await startBox();
  say("started-again");
  const clip = await saved(box, note.clipId);
  if (clip.notice === null) throw new Error("the rescued clip does not say that it was rescued");
  const facts = await decoded(box, clip);
  // Frames that the box had shown to somebody before the power went, and that are not in the clip.
  const lost = lastSeq - ((clip.frame?.seq ?? 0) + facts.frames - 1);
  const lostSeconds = lost / home.fps;
  const toldSeconds = (clip.rescuedMissingMs ?? 0) / 1000;
  if (lostSeconds > toldSeconds) throw new Error(`${lostSeconds} s are lost, the box says at most ${toldSeconds}`);
  say("rescued", { ...facts, notice: clip.notice, toldSeconds, lostSeconds });
  const { captures } = await box.get<{ captures: Capture[] }>(`/api/procedures/${note.procedureId}`);
  if (captures.length !== note.all)
    throw new Error(`${note.all} captures before the power cut, ${captures.length} now`);
  for (const capture of captures) await decoded(box, await saved(box, capture.id));
  say("lists", { stills: note.stills, captures: captures.length });
  await untilLive(box);
  await still(box, { procedureId: note.procedureId });
  say("live-again");
  await box[Symbol.asyncDispose]();
  const check = ["src/main.ts", "check", "--config", box.settingsFile];
  const checked = await restarted(() => run(process.execPath, check, projectFolder));
  if (!checked.startsWith("clean")) throw new Error(`scopeline check: ${checked}`);
  say("clean", { says: checked.split("\n")[0] });
}

async function otherFormats(): Promise<void> {
  await plugIn(home);
  using card = await plugInGrabber();
  await using box = await startBox(formats);
  await untilLive(box, "nv12");
  say("nv12", await decoded(box, await still(box, { source: "nv12" })));
  await untilLive(box, "grabber");
  const address = "/api/sources/grabber";
  const compared: number[] = [];
  // Each still is the card's own JPEG of the frame that was shown.
  for (const place of [0, 0.5, 1]) {
    const { holdId, epoch, seqs, exactFromSeq } = await box.get<LookBack>(`${address}/look-back`);
    // Before those, stills come out of the recording.
    const whole = seqs.filter((one) => exactFromSeq !== null && one >= exactFromSeq);
    const seq = whole[Math.floor(place * (whole.length - 1))] ?? 0;
    const shown = `/run/shown-${seq}.jpg`;
    const small = await fetch(`${box.url}${address}/frames/${epoch}/${seq}`);
    await writeFile(shown, Buffer.from(await small.arrayBuffer()));
    const kept = await still(box, { source: "grabber", frame: { source: "grabber", epoch, seq } });
    await box.delete(`${address}/look-back/${holdId}`, {});
    const bytes = Buffer.from(await (await fetch(`${box.url}/api/captures/${kept.id}/media`)).arrayBuffer());
    const own = card.jpegs.findIndex((jpeg) => jpeg.equals(bytes));
    const number = await numberOn(shown);
    if (number === null || own !== number || kept.frameExact !== true)
      throw new Error(`frame ${seq} showed ${number}; kept was ${own} of the card, frameExact ${kept.frameExact}`);
    compared.push(number);
  }
  say("mjpeg", { pictures: compared });
}

/** Looks twice a second: looking costs the emulated processor dearly. */
async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await isSo()); await sleep(500)) {
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s for ${what}`);
  }
}

const projectFolder = join(import.meta.dirname, "../..");

/** `id`: where it has several. */
async function sourceOf(box: Box, id?: string): Promise<SourceState> {
  const sources = await box.get<SourceState[]>("/api/sources");
  const source = id === undefined ? sources[0] : sources.find((one) => one.id === id);
  if (source === undefined) throw new Error("the box has no such source");
  return source;
}

/** Waits for a picture; ends at once where the source says that it cannot be. */
async function untilLive(box: Box, id?: string): Promise<void> {
  await until("a live picture", async () => (await sourceOf(box, id)).state === "live");
}

/** Whether the box says that the signal has the size of `hdmi`. (Of the rate it may say what it likes: it is emulated.) */
function tellsOfMode({ findings }: SourceState): boolean {
  return findings.some(({ id, message }) => id === "wrong-mode" && message.includes(`${hdmi.width} × ${hdmi.height}`));
}

/** Presses again where the emulated box was too slow: it said so, and kept nothing. */
async function press(box: Box, path: string, body: object = {}): Promise<Capture> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(1000)) {
    try {
      return await box.post<Capture>(path, body);
    } catch (error) {
      const isSlow = error instanceof HttpProblem && ["encoder", "no-signal"].includes(String(error.problem.code));
      if (!isSlow || Date.now() > deadline) throw error;
    }
  }
}

async function still(box: Box, body: object = {}): Promise<Capture> {
  return saved(box, (await press(box, "/api/stills", body)).id);
}

async function saved(box: Box, id: string): Promise<Capture> {
  const get = () => box.get<Capture>(`/api/captures/${id}`);
  await until("the capture to be finished", async () => (await get()).state !== "recording");
  const capture = await get();
  if (capture.state !== "saved") throw new Error(`a ${capture.kind} is ${capture.state}: ${capture.notice}`);
  return capture;
}

/** Decodes every picture of a capture; throws on a fault, or where there are not as many as the box says. */
async function decoded(box: Box, { id, kind, frames }: Capture): Promise<{ frames: number }> {
  const file = join("/run", `${id}.media`);
  const response = await fetch(`${box.url}/api/captures/${id}/media`);
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  const args = ["-v", "error", "-xerror", "-i", file, "-fps_mode", "passthrough", "-f", "framecrc", "-"];
  const pictures = (await run("ffmpeg", args)).split("\n").filter((line) => /^0,/.test(line)).length;
  const wanted = kind === "still" ? 1 : frames;
  if (pictures !== wanted) throw new Error(`a ${kind} has ${pictures} pictures, the box says ${wanted}`);
  return { frames: pictures };
}

/** A pedal is plugged in, learned by pressing it, and pressed for a still. Resolves with what the box calls it. */
async function footPressed(box: Box, procedureId: string): Promise<string> {
  using pedal = await plugInPedal();
  const devices = async () => (await box.get<{ devices: { name: string }[] }>("/api/triggers")).devices;
  await until("the box to see the pedal", async () => (await devices()).some(({ name }) => name === "Test FootSwitch"));
  const learned = await pressedUntil(pedal, () => box.post<Json>("/api/triggers/learn", { action: "still" }));
  const stills = async (): Promise<Capture[]> => {
    const { captures } = await box.get<{ captures: Capture[] }>(`/api/procedures/${procedureId}`);
    return captures.filter(({ kind, state }) => kind === "still" && state === "saved");
  };
  const before = (await stills()).length;
  await until("a still by the pedal", async () => {
    if ((await stills()).length > before) return true;
    pedal.press();
    await sleep(5000);
    return false;
  });
  const newest = (await stills()).at(-1);
  if (newest !== undefined) await decoded(box, newest);
  return String(learned.deviceName);
}

/** Presses once a second until that ends. */
async function pressedUntil<T>(pedal: { press(): void }, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => pedal.press(), 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Waits until the source has made so many frames more. */
async function framesLater(box: Box, count: number): Promise<void> {
  using frames = watchFrames(box.url);
  await until("a frame", () => frames.newest().seq >= 0);
  const begun = frames.newest().seq;
  await until(`${count} frames`, () => frames.newest().seq >= begun + count);
}

const phase = process.argv[2] as Phase;
try {
  if (!(phase in steps)) throw new Error(`there is no phase ${phase}`);
  await { first, second, formats: otherFormats }[phase]();
  say("end");
} catch (error) {
  process.stdout.write(`${log().slice(-4000)}\n`);
  say("failed", { reason: error instanceof Error ? `${error.message} ${String(error.cause ?? "")}` : String(error) });
  process.exitCode = 1;
}
