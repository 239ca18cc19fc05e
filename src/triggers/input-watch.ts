import { setTimeout as sleep } from "node:timers/promises";
import { runChild } from "./child.ts";
import { type InputDevice, type InputFile, inputFiles } from "./devices.ts";
import { EventDecoder, type InputEvent } from "./input-events.ts";

export interface InputWatchOptions {
  /** /dev/input. */
  readonly folder: string;
  /** /sys/class/input. */
  readonly sysfs: string;
  readonly signal: AbortSignal;
  readonly onEvent: (device: InputDevice, file: string, event: InputEvent) => void;
  /** The device went away; its other event files may still be there. */
  readonly onLost: (device: InputDevice, file: string) => void;
  /** What is there changed. */
  readonly onFiles: () => void;
}

const lookEveryMs = 1_000;
/** A file whose reader ended at once is not tried in every look. */
const retryMs = 5_000;

/**
 * Reads every event file of a folder, those that come later, too. The readers are children (`cat`): a read of a device
 * blocks until a key is pressed, and each would keep one of Node's few threads for files.
 */
export class InputWatch {
  readonly #options: InputWatchOptions;
  readonly #reading = new Map<string, InputFile>();
  readonly #readers = new Set<Promise<void>>();
  readonly #notBefore = new Map<string, number>();
  #unreadable: readonly InputFile[] = [];
  #hasLooked = false;

  constructor(options: InputWatchOptions) {
    this.#options = options;
  }

  /** Looks every second until the signal aborts; resolves when every reader has ended. */
  async run(): Promise<void> {
    const { signal, folder, sysfs, onFiles } = this.#options;
    while (!signal.aborted) {
      const files = await inputFiles(folder, sysfs);
      if (signal.aborted) break;
      const unreadable = files.filter(({ readable }) => !readable);
      const began = files.filter((file) => file.readable && this.#begin(file));
      const isNew = began.length > 0 || pathsOf(unreadable) !== pathsOf(this.#unreadable);
      this.#unreadable = unreadable;
      this.#hasLooked = true;
      if (isNew) onFiles();
      await sleep(lookEveryMs, undefined, { signal, ref: false }).catch(() => {});
    }
    await Promise.all(this.#readers);
  }

  /** What is read, each once however many files it has. */
  devices(): InputDevice[] {
    return [...new Map([...this.#reading.values()].map(({ id, name }) => [id, { id, name }])).values()];
  }

  /** Files that this service may not read. */
  get unreadable(): readonly InputFile[] {
    return this.#unreadable;
  }

  /** What is there is known. */
  get hasLooked(): boolean {
    return this.#hasLooked;
  }

  #begin(file: InputFile): boolean {
    if (this.#reading.has(file.path) || performance.now() < (this.#notBefore.get(file.path) ?? 0)) return false;
    this.#reading.set(file.path, file);
    const reader = this.#read(file).finally(() => {
      this.#reading.delete(file.path);
      this.#readers.delete(reader);
    });
    this.#readers.add(reader);
    return true;
  }

  async #read(file: InputFile): Promise<void> {
    const { signal, onEvent, onLost, onFiles } = this.#options;
    const { id, name, path } = file;
    const device = { id, name };
    const decoder = new EventDecoder();
    const beganAt = performance.now();
    await runChild({
      command: "cat",
      args: ["--", path],
      signal,
      onBytes: (chunk) => {
        for (const event of decoder.push(chunk)) onEvent(device, path, event);
      },
    });
    if (signal.aborted) return;
    const endedAt = performance.now();
    if (endedAt - beganAt < retryMs) this.#notBefore.set(path, endedAt + lookEveryMs);
    onLost(device, path);
    onFiles();
  }
}

const pathsOf = (files: readonly InputFile[]): string => files.map(({ path }) => path).join();
