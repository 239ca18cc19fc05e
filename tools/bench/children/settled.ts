import { setTimeout as sleep } from "node:timers/promises";

const lookMs = 100;
const longestMs = 10_000;
/** Of one core. */
const idleShare = 0.05;

/**
 * Settles when this process does next to nothing any more. Node strips types with a WebAssembly program, and goes on compiling
 * it on both cores for a second after the start: what a bench then measures is that. A box that runs for weeks has done it.
 */
export async function settled(): Promise<void> {
  const until = performance.now() + longestMs;
  for (let quiet = 0; quiet < 3 && performance.now() < until; ) {
    const before = process.cpuUsage();
    await sleep(lookMs);
    const { user, system } = process.cpuUsage(before);
    quiet = (user + system) / 1_000 < lookMs * idleShare ? quiet + 1 : 0;
  }
}
