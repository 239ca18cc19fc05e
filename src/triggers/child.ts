import { spawn } from "node:child_process";
import { endsWithUs } from "../lib/ends-with-us.ts";

export interface ChildRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly onBytes: (chunk: Buffer) => void;
}

/**
 * Runs a program that writes to its standard output until it ends or the signal aborts. Resolves with the end of what it
 * said on standard error, also where it could not be started at all.
 */
export function runChild({ command, args, signal, onBytes }: ChildRun): Promise<string> {
  if (signal.aborted) return Promise.resolve("");
  const [program, words] = endsWithUs(command, args);
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    const stop = (): void => void child.kill("SIGKILL");
    signal.addEventListener("abort", stop, { once: true });
    let said = "";
    const end = (): void => {
      signal.removeEventListener("abort", stop);
      resolve(said.trim());
    };
    child.once("close", end);
    child.once("error", (error) => {
      said = error.message;
      if (child.pid === undefined) end();
    });
    // A process that may open no more files gets a child without pipes; its error comes after this.
    child.stdout?.on("data", onBytes);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-400);
    });
  });
}
