import { spawn } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";

/** A process of the demo, in a process group of its own: the terminal's Ctrl-C reaches only the demo, which ends it. */
export interface Child extends AsyncDisposable {
  readonly name: string;
  /** Resolves when it has ended, with why in words. */
  readonly ended: Promise<string>;
  lastLines(): string;
  /** The first line of its output that `wanted` accepts; undefined when it ended before. */
  line(wanted: (line: string) => boolean): Promise<string | undefined>;
}

export interface ChildOptions {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Gets all that it prints. */
  readonly logFile: string;
}

const lastLinesKept = 20;
const politeMs = 15_000;
const setpriv = "/usr/bin/setpriv";

/** Starts a TypeScript file with this Node. Should the demo be killed, Linux sends the child a SIGTERM. */
export function startChild({ name, file, args, logFile }: ChildOptions): Child {
  const command = [process.execPath, file, ...args];
  const tied = existsSync(setpriv) ? [setpriv, "--pdeathsig", "TERM", ...command] : command;
  const [program = process.execPath, ...rest] = tied;
  const child = spawn(program, rest, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const output = new PassThrough();
  const log = createWriteStream(logFile, { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false });
  output.pipe(log);

  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  createInterface({ input: output }).on("line", (line) => {
    lines.push(line);
    if (lines.length > lastLinesKept) lines.shift();
    for (const tell of waiting) tell(line);
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("close", (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with ${code}`));
  });
  void ended.then(() => output.end());

  return {
    name,
    ended,
    lastLines: () => lines.join("\n"),
    line: (wanted) => {
      const found = new Promise<string>((resolve) => {
        waiting.add((line) => wanted(line) && resolve(line));
      });
      return Promise.race([found, ended.then(() => undefined)]);
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

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
