import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { endsWithUs } from "../../src/lib/ends-with-us.ts";
import { until } from "./capture-rig.ts";

const captureProgram = fileURLToPath(new URL("./capture-program.ts", import.meta.url));
const boxProgram = fileURLToPath(new URL("./box-program.ts", import.meta.url));

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) Z /.test(stat);
}

async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    const stat = await readFile(`/proc/${name}/stat`, "latin1").catch(() => "");
    // pid (comm) state ppid
    const parent = /\) \S (\d+) /.exec(stat)?.[1];
    if (/^\d+$/.test(name) && parent === String(pid)) found.push(Number(name));
  }
  return found;
}

async function haveEnded(pids: readonly number[]): Promise<void> {
  const running = new Set(pids);
  const look = async (): Promise<void> => {
    for (const pid of pids) if (!(await isRunning(pid))) running.delete(pid);
  };
  const timer = setInterval(() => void look(), 50);
  await until(() => running.size === 0, "the end of all").finally(() => clearInterval(timer));
}

test("when Node is killed with SIGKILL no ffmpeg stays, not even one that stands still", {
  timeout: 180_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "scopeline-orphans-"));
  const environment = { ...process.env, TMPDIR: folder };
  const node = spawn(...endsWithUs(process.execPath, [captureProgram]), {
    stdio: ["ignore", "pipe", "inherit"],
    env: environment,
  });
  const lines = createInterface({ input: node.stdout });
  await new Promise<void>((resolve) => lines.once("line", () => resolve()));
  const children = await childrenOf(node.pid ?? 0);
  // The source and the warm encoder of its stills.
  expect(children).toHaveLength(2);
  process.kill(children[0] ?? 0, "SIGSTOP");
  node.kill("SIGKILL");
  await haveEnded(children);
  await rm(folder, { recursive: true });
});

test("when a test is killed its box and its hospital go with it, and what the box started", {
  timeout: 180_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "scopeline-orphans-"));
  const command = endsWithUs(process.execPath, [boxProgram, folder]);
  const node = spawn(...command, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: node.stdout });
  const [line = ""] = (await once(lines, "line")) as [string];
  const [box = 0, hospital = 0] = JSON.parse(line) as number[];
  const children = await childrenOf(box);
  expect(children.length).toBeGreaterThan(0);
  node.kill("SIGKILL");
  await haveEnded([box, hospital, ...children]);
  await rm(folder, { recursive: true });
});
