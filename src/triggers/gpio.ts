import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { supervise } from "../lib/supervise.ts";
import { runChild } from "./child.ts";
import type { InputDevice } from "./devices.ts";
import type { KeyEvent } from "./input-events.ts";

/** A button on a line of a GPIO chip. */
export interface GpioLine {
  readonly chip: string;
  readonly line: number;
  /** Pressed pulls the line low. */
  readonly activeLow: boolean;
  readonly bias: "as-is" | "pull-up" | "pull-down";
}

/** The tools of libgpiod changed their options and their output from 1.x to 2.x. */
export type GpiodVersion = 1 | 2;

export interface GpioWatchOptions {
  readonly lines: readonly GpioLine[];
  readonly signal: AbortSignal;
  readonly onKey: (device: InputDevice, event: KeyEvent) => void;
  /** Words for the person at the screen; null: well again. */
  readonly onProblem: (chip: string, message: string | null) => void;
}

const run = promisify(execFile);
const longestLine = 200;

/** Watches the lines with gpiomon, one child for each chip and way of wiring, until the signal aborts. */
export async function watchGpio(options: GpioWatchOptions): Promise<void> {
  await Promise.all(groupsOf(options.lines).map((group) => watchGroup(group, options)));
}

async function watchGroup(lines: readonly GpioLine[], { signal, onKey, onProblem }: GpioWatchOptions): Promise<void> {
  const chip = lines[0]?.chip ?? "";
  const device: InputDevice = { id: `gpio:${chip}`, name: `GPIO ${chip}` };
  await supervise(
    async () => {
      const version = await gpiodVersion();
      const cut = new LineCutter();
      const words = await runChild({
        command: "gpiomon",
        args: gpiomonArguments(version, lines),
        signal,
        onBytes: (chunk) => {
          onProblem(chip, null);
          for (const line of cut.push(chunk)) {
            const event = edgeOf(version, line);
            if (event !== undefined) onKey(device, event);
          }
        },
      });
      throw new Error(words);
    },
    {
      signal,
      healthyAfterMs: 10_000,
      backoff: { firstMs: 1_000, maxMs: 30_000, jitter: 0 },
      onFailure: (error) => onProblem(chip, gpioProblem(chip, error)),
    },
  );
}

async function gpiodVersion(): Promise<GpiodVersion> {
  const { stdout } = await run("gpiomon", ["--version"], { timeout: 5_000 });
  return versionOf(stdout);
}

/** Of `gpiomon (libgpiod) v1.6.3`. */
export function versionOf(text: string): GpiodVersion {
  return Number(/v(\d+)\./.exec(text)?.[1] ?? 1) >= 2 ? 2 : 1;
}

/** Both edges of the lines, each as one line of output that is written at once. */
export function gpiomonArguments(version: GpiodVersion, lines: readonly GpioLine[]): string[] {
  const { chip = "", activeLow = false, bias = "as-is" } = lines[0] ?? {};
  const offsets = lines.map(({ line }) => String(line));
  const low = activeLow ? ["--active-low"] : [];
  const pull = bias === "as-is" ? [] : [`--bias=${bias}`];
  return version === 1
    ? ["--line-buffered", "--format=%e %o %s %n", ...low, ...pull, chip, ...offsets]
    : ["--format=%e %o %S", ...low, ...pull, `--chip=${chip}`, ...offsets];
}

/** 1.x: 0 falling, 1 rising, then seconds and nanoseconds; 2.x: 1 rising, 2 falling, then seconds with a fraction. */
export function edgeOf(version: GpiodVersion, line: string): KeyEvent | undefined {
  const form = version === 1 ? /^([01]) (\d{1,5}) (\d{1,15}) +(\d{1,9})$/ : /^([12]) (\d{1,5}) (\d{1,15})\.(\d{1,9})$/;
  const [, kind, offset, seconds, nanoseconds] = form.exec(line.trim()) ?? [];
  if (kind === undefined) return undefined;
  const atMs = Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
  return { code: Number(offset), edge: kind === "1" ? "down" : "up", atMs };
}

/** Lines of one chip that are wired alike. */
export function groupsOf(lines: readonly GpioLine[]): GpioLine[][] {
  const groups = Map.groupBy(lines, ({ chip, activeLow, bias }) => `${chip} ${activeLow} ${bias}`);
  return [...groups.values()];
}

class LineCutter {
  #rest = "";

  push(chunk: Buffer): string[] {
    const lines = `${this.#rest}${chunk.toString("latin1")}`.split("\n");
    this.#rest = (lines.pop() ?? "").slice(-longestLine);
    return lines;
  }
}

function gpioProblem(chip: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT")
    return "The button on the GPIO is not watched: install the package gpiod (apt-get install gpiod).";
  const words = error instanceof Error && error.message !== "" ? ` It said: ${error.message.slice(-200)}` : "";
  return `The button on ${chip} is not watched: check triggers.gpio and that the service may use the chip (docs/triggers.md).${words}`;
}
