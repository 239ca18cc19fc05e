import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { until } from "./capture-rig.ts";

const program = fileURLToPath(new URL("./capture-program.ts", import.meta.url));

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) Z /.test(stat);
}

async function groupOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    const stat = await readFile(`/proc/${name}/stat`, "latin1").catch(() => "");
    // pid (comm) state ppid
    const parent = /\) \S (\d+) /.exec(stat)?.[1];
    if (/^\d+$/.test(name) && parent === String(pid)) found.push(Number(name));
  }
  return found;
}

test("when Node is killed with SIGKILL no ffmpeg stays, not even one that stands still", {
  timeout: 60_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "scopeline-orphans-"));
  const environment = { ...process.env, TMPDIR: folder };
  const node = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"], env: environment });
  const lines = createInterface({ input: node.stdout });
  await new Promise<void>((resolve) => lines.once("line", () => resolve()));
  const children = await groupOf(node.pid ?? 0);
  // The source and the warm encoder of its stills.
  expect(children).toHaveLength(2);
  process.kill(children[0] ?? 0, "SIGSTOP");
  node.kill("SIGKILL");
  const running = new Set(children);
  const look = async (): Promise<void> => {
    for (const pid of children) if (!(await isRunning(pid))) running.delete(pid);
  };
  const timer = setInterval(() => void look(), 50);
  await until(() => running.size === 0, "the end of both").finally(() => clearInterval(timer));
  await rm(folder, { recursive: true });
});
