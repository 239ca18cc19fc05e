import { readdirSync, readFileSync } from "node:fs";

/** Of Linux on every architecture that Debian has. */
const ticksPerSecond = 100;

interface ProcessFacts {
  readonly parent: number;
  readonly cpuS: number;
  readonly rssBytes: number;
}

/** A process and all its descendants, from /proc: CPU seconds so far (with children that have ended) and resident bytes. */
export function processTree(root: number): { cpuS: number; rssBytes: number; processes: number } {
  const all = new Map<number, ProcessFacts>();
  for (const name of readdirSync("/proc")) {
    const facts = /^\d+$/.test(name) ? factsOf(name) : undefined;
    if (facts) all.set(Number(name), facts);
  }
  const belongs = (pid: number): boolean => pid === root || (pid > 1 && belongs(all.get(pid)?.parent ?? 0));
  const tree = [...all].filter(([pid]) => belongs(pid)).map(([, facts]) => facts);
  return {
    cpuS: tree.reduce((sum, { cpuS }) => sum + cpuS, 0),
    rssBytes: tree.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    processes: tree.length,
  };
}

/** proc(5), /proc/PID/stat: fields 4 ppid, 14 to 17 utime, stime, cutime, cstime, 24 rss in pages. */
function factsOf(pid: string): ProcessFacts | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything, so the fields begin behind the last bracket, with field 3.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const number = (field: number): number => Number(fields[field - 3]);
    const ticks = number(14) + number(15) + number(16) + number(17);
    return { parent: number(4), cpuS: ticks / ticksPerSecond, rssBytes: number(24) * 4096 };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}
