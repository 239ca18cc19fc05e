/** One virtual machine: QEMU with a kernel, an initramfs, the host's files read-only and a data disk of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

export interface VmOptions {
  readonly kernelImage: string;
  readonly initramfs: string;
  /** More words for the kernel's command line. */
  readonly append: string;
  /** A raw disk image, /dev/vda in the guest; every write is on the host's disk before the guest is told so. */
  readonly disk: string;
  /** The file for the guest's console. */
  readonly consoleFile: string;
}

/** What the guest says on its second serial port: one JSON object a line behind `@@`; other lines are for people. */
export type Said = Readonly<Record<string, unknown>> & { readonly step: string };

export class Vm {
  readonly #child: ChildProcess;
  readonly #consoleFile: string;
  readonly #said: AsyncIterator<Said>;
  readonly #ended: Promise<unknown>;
  #stderr = "";

  /** `onLine` gets the lines that are for people. The machine is on its way when this returns. */
  constructor(options: VmOptions, onLine: (line: string) => void) {
    this.#consoleFile = options.consoleFile;
    this.#child = spawn("qemu-system-x86_64", qemuArguments(options), { stdio: ["ignore", "pipe", "pipe"] });
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", resolve);
      this.#child.once("error", (error) => {
        this.#stderr += error.message;
        resolve(error);
      });
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
    this.#said = this.#listen(onLine);
  }

  /** The next thing the guest says. Throws when it says nothing in that time, or when the machine ended. */
  async next(timeoutMs: number): Promise<Said> {
    const late = new AbortController();
    const timer = AbortSignal.any([late.signal, AbortSignal.timeout(timeoutMs)]);
    const timedOut = once(timer, "abort").then(() => null);
    try {
      const said = await Promise.race([this.#said.next(), timedOut]);
      if (said === null) throw new Error(`the guest said nothing for ${timeoutMs / 1000} s${await this.#lastWords()}`);
      if (said.done === true) throw new Error(`the virtual machine ended${await this.#lastWords()}`);
      return said.value;
    } finally {
      late.abort();
    }
  }

  /** The power is cut: nothing in the guest is told. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** Resolves when the guest has switched itself off; killed when it has not in that time. */
  async ended(timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), timeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }

  async *#listen(onLine: (line: string) => void): AsyncGenerator<Said> {
    if (!this.#child.stdout) return;
    for await (const line of createInterface({ input: this.#child.stdout })) {
      if (!line.startsWith("@@")) {
        onLine(line);
        continue;
      }
      const said: unknown = JSON.parse(line.slice(2));
      if (isSaid(said)) yield said;
    }
  }

  async #lastWords(): Promise<string> {
    const text = await readFile(this.#consoleFile, "utf8").catch(() => "");
    const lines = text.trimEnd().split(/\r?\n/).slice(-15).join("\n");
    return `.\nQEMU: ${this.#stderr.trim() || "(nothing)"}\nConsole:\n${lines || "(nothing)"}`;
  }
}

function isSaid(value: unknown): value is Said {
  return typeof value === "object" && value !== null && "step" in value && typeof value.step === "string";
}

function qemuArguments({ kernelImage, initramfs, append, disk, consoleFile }: VmOptions): string[] {
  const host = "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap";
  return [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none", "-no-reboot", "-net", "none"],
    // KVM does not work on every host (and on no virtual one): emulation always does.
    ...["-accel", "tcg,thread=multi", "-cpu", "max", "-m", "2048", "-smp", "2"],
    ...["-serial", `file:${consoleFile}`, "-serial", "stdio"],
    ...["-kernel", kernelImage, "-initrd", initramfs],
    ...["-append", `console=ttyS0 quiet panic=-1 ${append}`],
    ...["-fsdev", host, "-device", "virtio-9p-pci,fsdev=host,mount_tag=hostroot"],
    ...["-drive", `file=${disk},format=raw,if=none,id=data,cache=directsync`],
    ...["-device", "virtio-blk-pci,drive=data"],
  ];
}
