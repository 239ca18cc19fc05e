import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { endsWithUs } from "../lib/ends-with-us.ts";
import type { RawPipe } from "./streams/raw-pipe.ts";

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface FfmpegChildOptions {
  /** Each line of its log. */
  readonly onLine?: (line: string) => void;
  /** Reads its standard output, in place of a stream of its own. */
  readonly raw?: RawPipe | null;
}

const tailLines = 40;
const lineLimit = 400;

/** One ffmpeg process in a group of its own, with extra pipes; the last lines of its stderr are kept. */
export class FfmpegChild {
  readonly #process: ChildProcess;
  readonly #tail: string[] = [];
  #rest = "";
  readonly #onLine: (line: string) => void;
  /** Resolves when the process is gone and every pipe is read to its end. */
  readonly ended: Promise<ChildEnd>;

  /** `outputs`: how many pipes from file descriptor 3 on. */
  constructor(ffmpegPath: string, args: readonly string[], outputs: number, options: FfmpegChildOptions = {}) {
    const { onLine = () => {}, raw = null } = options;
    this.#onLine = onLine;
    const [command, words] = endsWithUs(ffmpegPath, args);
    const others = Array.from({ length: outputs }, () => "pipe" as const);
    try {
      const stdio = ["pipe" as const, raw?.writeEnd ?? ("pipe" as const), "pipe" as const, ...others];
      this.#process = spawn(command, words, { stdio, detached: true, windowsHide: true });
    } finally {
      // The child has its own; with ours open we would never see its end.
      raw?.writeEnd.destroy();
    }
    const ended = new Promise<ChildEnd>((resolve) => {
      this.#process.once("close", (code, signal) => resolve({ code, signal }));
      this.#process.once("error", (error) => {
        this.#keepLine(error.message);
        if (this.#process.pid === undefined) resolve({ code: null, signal: null });
      });
    });
    this.ended = raw === null ? ended : Promise.all([ended, raw.over]).then(([end]) => end);
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => this.#keepText(text));
    // A child that is gone breaks its pipes; that it ended says more.
    for (const stream of this.#streams) stream?.on("error", () => {});
  }

  /** One that could not be started for want of descriptors has none at all, whatever its type says. */
  get #streams(): readonly ChildProcess["stdio"][number][] {
    const streams: ChildProcess["stdio"] | undefined = this.#process.stdio;
    return streams ?? [];
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get stdin(): NodeJS.WritableStream | null {
    return this.#process.stdin;
  }

  output(descriptor: number): Readable {
    const stream = this.#streams[descriptor];
    if (stream === null || stream === undefined || !("read" in stream)) {
      throw new Error(`ffmpeg child has no output ${descriptor}`);
    }
    return stream as Readable;
  }

  /** One of the further pipes, for what the child reads. */
  input(descriptor: number): Writable {
    const stream = this.#streams[descriptor];
    if (stream === null || stream === undefined || !("write" in stream)) {
      throw new Error(`ffmpeg child has no input ${descriptor}`);
    }
    return stream as Writable;
  }

  /** The last lines of stderr, oldest first. */
  stderrTail(): string[] {
    return this.#rest === "" ? [...this.#tail] : [...this.#tail, this.#rest];
  }

  /** `q`, then SIGTERM, then SIGKILL. Resolves when it is gone, or after 5 s where not even SIGKILL helps. */
  async stop(politeMs = 500): Promise<void> {
    if (this.#process.stdin?.writable === true) this.#process.stdin.write("q");
    if (await this.#endsWithin(politeMs)) return;
    this.#signal("SIGTERM");
    if (await this.#endsWithin(politeMs)) return;
    await this.kill();
  }

  /** SIGKILL to the whole group. Resolves when it is gone, or after 5 s (a process stuck in a driver stays). */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#endsWithin(5000);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // Gone between the look and the signal.
    }
  }

  async #endsWithin(ms: number): Promise<boolean> {
    const stop = new AbortController();
    const late = sleep(ms, false, { signal: stop.signal }).catch(() => false);
    const ended = await Promise.race([this.ended.then(() => true), late]);
    stop.abort();
    return ended;
  }

  #keepText(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n|\r/);
    this.#rest = (lines.pop() ?? "").slice(0, lineLimit);
    for (const line of lines) this.#keepLine(line);
  }

  #keepLine(line: string): void {
    if (line.trim() === "" || line.includes("deprecated pixel format used")) return;
    this.#onLine(line.slice(0, lineLimit));
    // What went well does not push out why it ended.
    if (/^(\[[^\]]*\] )?\[(info|verbose)\]/.test(line) || line.startsWith("Enter command:")) return;
    this.#tail.push(line.slice(0, lineLimit));
    if (this.#tail.length > tailLines) this.#tail.shift();
  }
}
