/** What the capture tests share: sources on a scratch folder, and pictures read back by decoding their pixels. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type PreviewFrame, readStripe, Source, type SourceOptions } from "../../src/capture/capture.ts";
import { findFfmpeg, type InputOverrides, loadDeviceProfiles, resolveProfile } from "../../src/devices/devices.ts";
import { endsWithUs } from "../../src/lib/ends-with-us.ts";
import { silentLog } from "../../src/lib/log.ts";

export const { path: ffmpegPath } = await findFfmpeg();
const { profiles } = await loadDeviceProfiles(fileURLToPath(new URL("../../device-profiles/", import.meta.url)));
const run = promisify(execFile);

/** Small, so that two cores are enough for everybody. */
export const small = { width: 640, height: 360, fps: 30 };

export function profileOf(id: string, overrides: InputOverrides) {
  const profile = profiles.get(id);
  if (profile === undefined) throw new Error(`no profile ${id}`);
  const resolved = resolveProfile(profile, overrides);
  if (resolved.problems.length > 0) throw new Error(resolved.problems.join(" "));
  return resolved.profile;
}

export interface Rig extends AsyncDisposable {
  readonly source: Source;
  readonly folder: string;
  /** The newest preview; throws where there is none. */
  newest(): PreviewFrame;
  until(fact: () => boolean, what: string): Promise<void>;
}

/** A running source; `profile` as resolved. */
export async function rigFor(profile: SourceOptions["profile"], more: Partial<SourceOptions> = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "scopeline-capture-"));
  const source = new Source({ id: "a", index: 0, profile, ffmpegPath, log: silentLog, ...more });
  let last: PreviewFrame | null = null;
  source.onPreview((frame) => {
    last = frame;
  });
  source.start();
  return {
    source,
    folder,
    newest() {
      if (last === null) throw new Error("no preview yet");
      return last;
    },
    until,
    async [Symbol.asyncDispose]() {
      await source.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for a fact, at most 60 s: long enough for a busy machine, no measure of anything. */
export async function until(fact: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (fact()) return;
    await sleep(20);
  }
  throw new Error(`waited in vain: ${what}`);
}

/** Every picture of a file as raw pixels of a format, in their own size. */
export async function pixelsOf(file: string, format: "gray" | "rgb24", filters = "null"): Promise<Buffer> {
  const filter = `${filters},format=${format}`;
  const args = ["-v", "error", "-i", file, "-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"];
  const { stdout } = await run(ffmpegPath, args, { encoding: "buffer", maxBuffer: 1 << 29 });
  return stdout;
}

/** The burned-in number of every picture of a file, from its decoded pixels. */
export async function numbersIn(file: string, width: number, height: number): Promise<(number | null)[]> {
  const luma = await pixelsOf(file, "gray");
  const size = width * height;
  if (luma.length % size !== 0) throw new Error("the file holds pictures of another size");
  return Array.from({ length: luma.length / size }, (_unused, at) =>
    readStripe(luma.subarray(at * size, (at + 1) * size), width, height),
  );
}

/** The burned-in number of a preview frame, from its decoded pixels. */
export async function numberOn(rig: Rig, frame: PreviewFrame): Promise<number | null> {
  const file = join(rig.folder, `preview-${frame.epoch}-${frame.seq}.jpg`);
  await writeFile(file, frame.jpeg);
  const [number] = await numbersIn(file, frame.width, frame.height);
  return number ?? null;
}

export async function makeFile(...args: string[]): Promise<void> {
  await run(ffmpegPath, ["-v", "error", "-y", ...args]);
}

/** A port of UDP on loopback that nobody uses at the moment. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

const senders = new Set<{ stop(): Promise<void> }>();

/** Another program that sends pictures, started again where nobody listened yet; end it with `stop`. */
export function sender(...args: string[]): { stop(): Promise<void> } {
  let stopped = false;
  let child: ChildProcess | null = null;
  const work = async (): Promise<void> => {
    while (!stopped) {
      const one = spawn(...endsWithUs(ffmpegPath, ["-v", "error", "-nostdin", ...args]), { stdio: "ignore" });
      child = one;
      await new Promise<void>((resolve) => one.once("exit", () => resolve()));
      if (!stopped) await sleep(300);
    }
  };
  const gone = work();
  const it = {
    async stop() {
      stopped = true;
      senders.delete(it);
      child?.kill("SIGKILL");
      await gone;
    },
  };
  senders.add(it);
  return it;
}

/** Ends those that a failed test left. */
export async function stopSenders(): Promise<void> {
  await Promise.all([...senders].map((one) => one.stop()));
}

/** The newest preview and the number burned into it; throws where it has none. */
export async function shownOn(rig: Rig): Promise<{ frame: PreviewFrame; number: number }> {
  const frame = rig.newest();
  const number = await numberOn(rig, frame);
  if (number === null) throw new Error("the preview carries no number");
  return { frame, number };
}

/** The burned-in number of every picture of a file; throws where one has none. */
export async function allNumbersIn(file: string, width: number, height: number): Promise<number[]> {
  return (await numbersIn(file, width, height)).map((number) => {
    if (number === null) throw new Error("a picture carries no number");
    return number;
  });
}
