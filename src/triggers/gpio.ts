import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { supervise } from "../lib/supervise.ts";
import { type ChildRun, runChild } from "./child.ts";
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

/** Lines of one chip that are wired alike: one gpiomon watches them, and fails for them alone. */
export interface GpioGroup {
  readonly chip: string;
  readonly lines: readonly GpioLine[];
}

export interface GpioWatchOptions {
  readonly groups: readonly GpioGroup[];
  readonly signal: AbortSignal;
  readonly onKey: (device: InputDevice, event: KeyEvent) => void;
  /** What was held on these lines is not watched any more: nobody will say that it was let go. */
  readonly onLost: (device: InputDevice, lines: readonly number[]) => void;
  /** Words for the person at the screen; null: well again. */
  readonly onProblem: (group: GpioGroup, message: string | null) => void;
}

/** The program, or what stands for it in a test. */
interface Gpiomon {
  readonly version: () => Promise<GpiodVersion>;
  /** Resolves with the end of its standard error when it ends, or could not be started. */
  readonly run: (run: Omit<ChildRun, "command">) => Promise<string>;
}

const run = promisify(execFile);
const longestLine = 200;
/** A chip that is not there or may not be opened ends gpiomon at once; what says nothing for so long is listening. */
export const listensAfterMs = 2_000;

/** Watches the lines with gpiomon, one child for each group, until the signal aborts. */
export async function watchGpio(options: GpioWatchOptions): Promise<void> {
  await Promise.all(options.groups.map((group) => watchGroup(group, options)));
}

async function watchGroup(group: GpioGroup, options: GpioWatchOptions): Promise<void> {
  await supervise(() => listenOnce(group, options, gpiomon), {
    signal: options.signal,
    healthyAfterMs: 10_000,
    backoff: { firstMs: 1_000, maxMs: 30_000, jitter: 0 },
    onFailure: (error) => options.onProblem(group, gpioProblem(group, error)),
  });
}

const gpiomon: Gpiomon = {
  version: gpiodVersion,
  run: (child) => runChild({ command: "gpiomon", ...child }),
};

/** One life of gpiomon. Rejects when it ends, with what it said, or with the error that it could not be asked. */
export async function listenOnce(
  group: GpioGroup,
  { signal, onKey, onLost, onProblem }: Omit<GpioWatchOptions, "groups">,
  program: Gpiomon,
): Promise<never> {
  const { chip, lines } = group;
  const device = gpioDevice(chip);
  const version = await program.version();
  const cut = new LineCutter();
  const isListening = (): void => onProblem(group, null);
  const timer = setTimeout(isListening, listensAfterMs);
  timer.unref();
  const words = await program
    .run({
      args: gpiomonArguments(version, lines),
      signal,
      onBytes: (chunk) => {
        isListening();
        for (const line of cut.push(chunk)) {
          const event = edgeOf(version, line);
          if (event !== undefined) onKey(device, event);
        }
      },
    })
    .finally(() => clearTimeout(timer));
  onLost(
    device,
    lines.map(({ line }) => line),
  );
  throw new Error(words);
}

/** A chip as a device whose keys are its lines. */
export function gpioDevice(chip: string): InputDevice {
  return { id: `gpio:${chip}`, name: `GPIO ${chip}` };
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

/** The lines as gpiomon can watch them. */
export function groupsOf(lines: readonly GpioLine[]): GpioGroup[] {
  const groups = Map.groupBy(lines, ({ chip, activeLow, bias }) => `${chip} ${activeLow} ${bias}`);
  return [...groups.values()].map((alike) => ({ chip: alike[0]?.chip ?? "", lines: alike }));
}

class LineCutter {
  #rest = "";

  push(chunk: Buffer): string[] {
    const lines = `${this.#rest}${chunk.toString("latin1")}`.split("\n");
    this.#rest = (lines.pop() ?? "").slice(-longestLine);
    return lines;
  }
}

function gpioProblem({ chip, lines }: GpioGroup, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT")
    return "The button on the GPIO is not watched: install the package gpiod (apt-get install gpiod).";
  const words = error instanceof Error && error.message !== "" ? ` It said: ${error.message.slice(-200)}` : "";
  const numbers = lines.map(({ line }) => line).join(", ");
  const what = lines.length === 1 ? `button on line ${numbers}` : `buttons on lines ${numbers}`;
  return `The ${what} of ${chip} ${lines.length === 1 ? "is" : "are"} not watched: check triggers.gpio and that the service may use the chip (docs/triggers.md).${words}`;
}
