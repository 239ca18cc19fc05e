/** A foot pedal of the guest, made through the kernel's uinput. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

class Pedal implements Disposable {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  press(): void {
    this.#child.stdin?.write("\n");
  }

  [Symbol.dispose](): void {
    this.#child.stdin?.end();
  }
}

/** Plugged in when it resolves. Throws where the kernel takes none. */
export async function plugInPedal(): Promise<Pedal> {
  const child = spawn("perl", [join(import.meta.dirname, "pedal.pl")], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`there is no pedal: perl ended with ${code}`)));
  });
  return new Pedal(child);
}
