import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A process of the demo, in a process group of its own: the terminal's Ctrl-C reaches only the demo, which ends it. */
export interface Child extends AsyncDisposable {
  readonly name: string;
  /** Resolves when it has ended, with why in words. */
  readonly ended: Promise<string>;
  lastLines(): Promise<string>;
  /** The first line of its output that `wanted` accepts; undefined when it ended before. */
  line(wanted: (line: string) => boolean): Promise<string | undefined>;
}

export interface ChildOptions {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Gets all that it prints, from the child itself: its last words are there even when the demo was killed. */
  readonly logFile: string;
}

const lastLinesKept = 20;
const outputLimitBytes = 1_000_000;
const politeMs = 15_000;
const setpriv = "/usr/bin/setpriv";

/** Starts a TypeScript file with this Node. Should the demo be killed, Linux sends the child a SIGTERM. */
export async function startChild({ name, file, args, logFile }: ChildOptions): Promise<Child> {
  const command = [process.execPath, file, ...args];
  const tied = existsSync(setpriv) ? [setpriv, "--pdeathsig", "TERM", ...command] : command;
  const [program = process.execPath, ...rest] = tied;
  await using log = await open(logFile, "a");
  const { size: begin } = await log.stat();
  const child = spawn(program, rest, { detached: true, stdio: ["ignore", log.fd, log.fd] });
  let isRunning = true;
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with ${code}`));
  }).finally(() => {
    isRunning = false;
  });

  return {
    name,
    ended,
    lastLines: async () => (await linesOf(logFile, begin)).slice(-lastLinesKept).join("\n"),
    async line(wanted) {
      for (;;) {
        const wasRunning = isRunning;
        const found = (await linesOf(logFile, begin)).find(wanted);
        if (found !== undefined || !wasRunning) return found;
        await sleep(50);
      }
    },
    async [Symbol.asyncDispose]() {
      signalGroup(child.pid, "SIGTERM");
      const timer = setTimeout(() => signalGroup(child.pid, "SIGKILL"), politeMs);
      await ended;
      clearTimeout(timer);
      // What it started itself is in its group.
      signalGroup(child.pid, "SIGKILL");
    },
  };
}

/** The whole lines of a log from an offset on; of a long log its end. */
async function linesOf(logFile: string, begin: number): Promise<string[]> {
  await using log = await open(logFile);
  const { size } = await log.stat();
  const from = Math.max(begin, size - outputLimitBytes);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(Math.max(size - from, 0)), { position: from });
  return buffer.toString("utf8", 0, bytesRead).split("\n").slice(0, -1);
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
