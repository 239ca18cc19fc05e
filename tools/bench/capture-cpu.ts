import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sourceArguments } from "../../src/capture/command-line/command-line.ts";
import { fullOutput } from "../../src/capture/command-line/full-output.ts";
import { lookOutput } from "../../src/capture/command-line/look-output.ts";
import { furtherPipes, pipes } from "../../src/capture/command-line/pipes.ts";
import { findFfmpeg } from "../../src/devices/devices.ts";
import { cardFrom, makeFrames } from "./capture-profile.ts";
import { type Bench, bounded, median } from "./figure.ts";
import { family, processorSeconds } from "./processor-time.ts";
import { run } from "./run.ts";

const fps = 30;
const mostMoreCores = 0.2;

interface EngineUse {
  readonly cores: number;
  /** Of these, those of the Node process. */
  readonly own: number;
  readonly shown: number;
}

export const captureCpuBench: Bench = {
  name: "capture.cpu",
  what: "processor of the whole engine at 1080p30 (frames, preview, recording of 12 Mbit/s), against ffmpeg alone with the same preview and recording",
  run: async (rounds, isQuick) => {
    const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
    try {
      const { path: ffmpegPath } = await findFfmpeg();
      const file = await makeFrames(directory, ffmpegPath, fps);
      const seconds = isQuick ? 3 : 20;
      const engine: EngineUse[] = [];
      const alone: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        engine.push(await measureEngine(file, seconds, directory));
        alone.push(await measureFfmpegAlone(ffmpegPath, file, seconds, directory));
      }
      const cores = median(engine.map((one) => one.cores));
      const reference = median(alone);
      const figure = { name: "capture.cpu", value: cores, unit: "cores", reference, ratio: cores / reference };
      return [
        { ...figure, limit: null, ok: true },
        bounded("capture.cpu.more", "cores", cores - reference, mostMoreCores),
        bounded("capture.cpu.node", "cores", median(engine.map((one) => one.own)), null),
        bounded("capture.cpu.preview", "fps", median(engine.map((one) => one.shown)), null),
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function measureEngine(file: string, seconds: number, directory: string): Promise<EngineUse> {
  const script = new URL("children/capture-child.ts", import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [script, file, String(fps), String(seconds), directory]);
  return JSON.parse(stdout) as EngineUse;
}

/** The command line without the words of one of its outputs. */
function without(words: readonly string[], output: readonly string[]): string[] {
  const at = words.findIndex((_word, index) => output.every((word, offset) => words[index + offset] === word));
  if (at === -1) throw new Error("the command line has another form than this bench knows");
  return words.toSpliced(at, output.length);
}

/** The same child without the frames in full size and the doctor's looks: preview to nowhere, the recording into a file. */
async function measureFfmpegAlone(path: string, file: string, seconds: number, directory: string): Promise<number> {
  const profile = await cardFrom(file, fps);
  const words = without(without(sourceArguments(profile), fullOutput(profile)), lookOutput(profile));
  const args = words.map((word) => word.replace("split=4[p][full][c][l]", "split=2[p][c]").replace(/;\[l\][^;]*$/, ""));
  const nowhere = openSync("/dev/null", "w");
  const clip = openSync(join(directory, "alone.mp4"), "w");
  const further = Array.from({ length: furtherPipes }, (_one, at) => (at + 3 === pipes.clip ? clip : nowhere));
  const child = spawn(path, args, { stdio: ["ignore", nowhere, nowhere, ...further] });
  try {
    const ended = new Promise<never>((_resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`ffmpeg alone ended with ${code}`)));
    });
    await Promise.race([sleep(5_000), ended]);
    const pid = child.pid ?? 0;
    const used = (): number => family(pid).reduce((sum, one) => sum + processorSeconds(one), 0);
    const begun = { atMs: performance.now(), used: used() };
    await Promise.race([sleep(seconds * 1_000), ended]);
    return (used() - begun.used) / ((performance.now() - begun.atMs) / 1_000);
  } finally {
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
    closeSync(nowhere);
    closeSync(clip);
  }
}
