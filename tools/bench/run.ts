import { spawn } from "node:child_process";

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** Runs a program to its end and takes the time. Throws with its last words when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  const startedAt = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr.slice(-2000)}`);
  return { stdout, stderr, ms };
}

/** What a child under `children/` measured of itself: a process of its own, so that its memory is its own. */
export interface Measured {
  readonly ms: number;
  readonly peakMb: number;
}

export async function measureChild(script: string, args: readonly string[]): Promise<Measured> {
  const { stdout } = await run(process.execPath, [new URL(`children/${script}`, import.meta.url).pathname, ...args]);
  return JSON.parse(stdout) as Measured;
}
