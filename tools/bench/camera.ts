import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface CameraShape {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** A source in another process: frames with their number burned in come out of a FIFO (`children/generator.ts`). */
export class Camera implements AsyncDisposable {
  readonly fifo: string;
  /** When the first byte of each frame was about to be written, ms since the Unix epoch, by its number. */
  readonly writtenAtMs: number[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(directory: string, { width, height, fps }: CameraShape, seconds: number) {
    this.fifo = join(directory, "camera");
    execFileSync("mkfifo", [this.fifo]);
    const script = new URL("children/generator.ts", import.meta.url).pathname;
    const args = [script, this.fifo, ...[width, height, fps, seconds].map(String)];
    this.#child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    this.#exited = new Promise((resolve) => this.#child.once("exit", () => resolve()));
    if (this.#child.stdout !== null) {
      createInterface(this.#child.stdout).on("line", (line) => {
        const [number, atMs] = line.split(" ").map(Number);
        if (number !== undefined && atMs !== undefined) this.writtenAtMs[number] = atMs;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }
}
