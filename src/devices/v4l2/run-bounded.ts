import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const mostBytes = 1 << 20;

/** A program did not end in its time. */
export class NoAnswer extends Error {}

/**
 * What a program said that asks a driver. Rejects as execFile does, and with NoAnswer in that time whatever becomes of the
 * program: one that is stuck in the kernel ends of no signal, and is left behind.
 */
export async function runBounded(
  program: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  // Errors of the C library in the words that are looked for.
  const env = { ...process.env, LC_ALL: "C" };
  const running = run(program, args, { maxBuffer: mostBytes, env });
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const { child } = running;
    child.kill("SIGKILL");
    // Left behind, it keeps neither us nor its pipes.
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
    reject(new NoAnswer(`${program} does not answer`));
  }, timeoutMs);
  running.catch(() => {});
  try {
    return await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
}
