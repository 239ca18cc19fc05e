import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endsWithUs } from "../../src/lib/ends-with-us.ts";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that runs until disposed: politely first, then by force, it and all of its children. */
export interface RunningProgram extends AsyncDisposable {
  readonly pid: number;
  /** The last lines of both outputs. */
  output(): string;
  /** Resolves with the first line of stdout that `wanted` accepts; rejects when the program ends before. */
  line(wanted: (line: string) => boolean, timeoutMs?: number): Promise<string>;
  /** Resolves when the program has ended, however. */
  readonly ended: Promise<void>;
}

const outputLimit = 64 * 1024;
const politeMs = 5_000;

/** Starts a program in a process group of its own; it ends with this process, also when that is killed. */
export function start(command: Command): RunningProgram {
  const [program, args] = endsWithUs(command.program, command.args);
  const env = { ...process.env, ...command.env };
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
  const { pid, stdout, stderr } = child;
  let output = "";
  let firstOutput = "";
  for (const stream of [stdout, stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-outputLimit);
      if (stream === stdout) firstOutput = (firstOutput + text).slice(0, outputLimit);
    });
  }
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", (error) => {
      output += error.message;
      resolve();
    });
  });
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It has ended already.
    }
  };
  return {
    pid: pid ?? 0,
    ended,
    output: () => output,
    async line(wanted, timeoutMs = 90_000) {
      return await until(async () => firstOutput.split("\n").slice(0, -1).find(wanted), this, timeoutMs);
    },
    async [Symbol.asyncDispose]() {
      kill("SIGTERM");
      const timer = setTimeout(() => kill("SIGKILL"), politeMs);
      await ended;
      clearTimeout(timer);
      kill("SIGKILL");
    },
  };
}

/** Asks until there is an answer; rejects, with the program's output, when it has ended or time is up. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  program: RunningProgram,
  timeoutMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let isRunning = true;
  void program.ended.then(() => {
    isRunning = false;
  });
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (!isRunning || Date.now() > deadline) {
      throw new Error(`${isRunning ? "not ready in time" : "ended before it was ready"}:\n${program.output()}`);
    }
    await sleep(25);
  }
}

/** Resolves when something on loopback takes connections on this port. */
export async function portAnswers(port: number, program: RunningProgram): Promise<void> {
  const tryOnce = async (): Promise<true | undefined> => {
    const socket = connect(port, "127.0.0.1");
    const answers = await once(socket, "connect").then(
      () => true as const,
      () => undefined,
    );
    socket.destroy();
    return answers;
  };
  await until(tryOnce, program);
}

/** A port on loopback that was free just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no free port");
  return address.port;
}

/** A new folder of one's own, removed when disposed. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "scopeline-test-"));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface ToolResult {
  /** null: ended by a signal, or by the time limit. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a non-zero exit is a result and not an error. Killed after `timeoutMs` (60 s). */
export async function runTool(
  program: string,
  args: readonly string[],
  options: Omit<Command, "program" | "args"> & {
    readonly input?: string | Uint8Array;
    readonly timeoutMs?: number;
  } = {},
): Promise<ToolResult> {
  const [command, words] = endsWithUs(program, args);
  const child = spawn(command, words, {
    detached: true,
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, options.timeoutMs ?? 60_000);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}
