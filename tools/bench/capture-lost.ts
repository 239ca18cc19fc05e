import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { readStripe } from "../../src/capture/capture.ts";
import { findFfmpeg } from "../../src/devices/devices.ts";
import { launchChromium } from "../../test/support/chromium.ts";
import { livePicture } from "../../test/support/page.ts";
import { type Box, type Json, until } from "../../test/support/scopeline.ts";
import { Camera, type CameraShape } from "./camera.ts";
import { startCameraBox } from "./camera-box.ts";
import { type Bench, bounded, type Figure } from "./figure.ts";

interface Take {
  readonly name: string;
  readonly shape: CameraShape;
  readonly viewers: number;
  readonly seconds: number;
}

interface Taken {
  readonly frames: number;
  /** Numbers that the camera wrote between the first and the last in the clip, and that are not in it. */
  readonly lost: number;
  /** What the clip says of itself. */
  readonly reported: number;
  /** Least and most memory of the service, after a minute. */
  readonly memoryMb: readonly [number, number];
  /** How much longer the camera took for these frames than their nominal rate says. */
  readonly driftFrames: number;
}

const hd = { width: 1920, height: 1080 };

/** 60 s each; every frame that is lost must at least be reported. */
export const captureLostBench: Bench = {
  name: "capture.lost",
  what: "60 s of recording from a camera in another process: 1080p30 with three viewers, 1080p60 with one; frames that are missing",
  run: async (_rounds, isQuick) => {
    const seconds = isQuick ? 3 : 60;
    const figures: Figure[] = [];
    for (const take of [
      { name: "capture.lost.1080p30", shape: { ...hd, fps: 30 }, viewers: 3, seconds },
      { name: "capture.lost.1080p60", shape: { ...hd, fps: 60 }, viewers: 1, seconds },
    ]) {
      const { frames, lost, reported } = await record(take);
      figures.push(
        bounded(take.name, `of ${frames}`, lost, 0),
        bounded(`${take.name}.untold`, "frames", lost - reported, 0),
      );
    }
    return figures;
  },
};

/** An hour: only where it is asked for by name. */
export const recordingBench: Bench = {
  name: "recording.60min",
  what: "an hour of recording at 1080p30 with one viewer: frames lost, growth of memory, drift against the source",
  run: async (_rounds, isQuick) => {
    const take = { name: "recording.60min", shape: { ...hd, fps: 30 }, viewers: 1, seconds: isQuick ? 4 : 3_600 };
    const { frames, lost, memoryMb, driftFrames } = await record(take);
    return [
      bounded("recording.60min.lost", `of ${frames}`, lost, 0),
      bounded("recording.60min.memory", "MB more", memoryMb[1] - memoryMb[0], 60),
      bounded("recording.60min.drift", "frames", Math.abs(driftFrames), 1),
    ];
  },
};

async function record({ shape, viewers, seconds }: Take): Promise<Taken> {
  const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
  try {
    await using camera = new Camera(directory, shape, seconds + 300);
    await using box = await startCameraBox(join(directory, "box"), camera.fifo, shape);
    await box.live();
    await using browser = await launchChromium();
    for (let viewer = 0; viewer < viewers; viewer += 1) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(box.url);
      await livePicture(page);
    }
    await box.post("/api/procedures", { emergency: {} });
    const memory: number[] = [];
    await box.post("/api/clips", {});
    const endAt = performance.now() + seconds * 1_000;
    const steadyAt = performance.now() + Math.min(60, seconds / 2) * 1_000;
    while (performance.now() < endAt) {
      await sleep(1_000);
      if (performance.now() >= steadyAt) memory.push(residentMb(box.pid));
    }
    await stopAll(box);
    const clips = await savedClips(box);
    const numbers: number[] = [];
    for (const { id } of clips) numbers.push(...(await numbersOf(box, String(id), shape.width)));
    const [first = 0] = numbers;
    const last = numbers.at(-1) ?? 0;
    const reported = clips.reduce((sum, { lostFrames }) => sum + Number(lostFrames ?? 0), 0);
    const took = ((camera.writtenAtMs[last] ?? 0) - (camera.writtenAtMs[first] ?? 0)) / 1_000;
    return {
      frames: last - first + 1,
      lost: last - first + 1 - new Set(numbers).size,
      reported,
      memoryMb: [Math.min(...memory), Math.max(...memory)],
      driftFrames: took * shape.fps - (last - first),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function stopAll(box: Box): Promise<void> {
  const [source] = await box.get<Json[]>("/api/sources");
  await box.post(`/api/captures/${String(source?.recordingCaptureId)}/stop`);
}

async function savedClips(box: Box): Promise<Json[]> {
  const { procedures } = await box.get<{ procedures: Json[] }>("/api/procedures?limit=1");
  const [procedure] = procedures;
  const captures = async (): Promise<Json[]> =>
    (await box.get<{ captures: Json[] }>(`/api/procedures/${String(procedure?.id)}`)).captures;
  await until("the clips to be saved", async () => (await captures()).every(({ state }) => state === "saved"), 120_000);
  return captures();
}

/** The burned-in number of each frame of a clip: one line of pixels of each, the middle of the stripe. */
async function numbersOf(box: Box, id: string, width: number): Promise<number[]> {
  const { path } = await findFfmpeg();
  const filter = `crop=iw:2:0:ih-${Math.round(hd.height * 0.0148)},format=gray,crop=iw:1:0:0`;
  const url = `${box.url}/api/captures/${id}/media`;
  const args = ["-v", "error", "-i", url, "-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"];
  const { stdout } = await promisify(execFile)(path, args, { encoding: "buffer", maxBuffer: 2 ** 31 - 1 });
  const numbers: number[] = [];
  for (let at = 0; at + width <= stdout.length; at += width) {
    const number = readStripe(stdout.subarray(at, at + width), width, 1);
    if (number === null) throw new Error("a frame of the clip has no number that can be read");
    numbers.push(number);
  }
  return numbers;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
}
