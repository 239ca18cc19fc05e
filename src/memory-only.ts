import { readFile } from "node:fs/promises";

/** What the kernel says of this process (proc(5), cgroup v2); null: it does not say. */
export interface MemoryFacts {
  /** /proc/self/limits */
  readonly limits: string | null;
  /** /proc/swaps */
  readonly swaps: string | null;
  /** memory.swap.max of the control group. */
  readonly swapMax: string | null;
}

const useTheUnit = "Run Scopeline by systemd/scopeline.service, which forbids it.";

/** Why pictures that are to live in memory only may reach a disk; the service's unit forbids both ways. */
export function memoryWarnings({ limits, swaps, swapMax }: MemoryFacts): string[] {
  const core = /^Max core file size\s+(\S+)/m.exec(limits ?? "")?.[1];
  const hasSwap = (swaps ?? "").trim().split("\n").length > 1;
  const warnings = [];
  if (core !== undefined && core !== "0")
    warnings.push(`A crash may write the last pictures to the disk in a core dump. ${useTheUnit}`);
  if (hasSwap && swapMax?.trim() !== "0")
    warnings.push(`The last pictures may be written to the disk as swap. ${useTheUnit}`);
  return warnings;
}

/** Asks the kernel. */
export async function readMemoryFacts(): Promise<MemoryFacts> {
  const read = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);
  const group = /^0::(\/.*)$/m.exec((await read("/proc/self/cgroup")) ?? "")?.[1];
  const swapMax = group === undefined ? null : await read(`/sys/fs/cgroup${group}/memory.swap.max`);
  return { limits: await read("/proc/self/limits"), swaps: await read("/proc/swaps"), swapMax };
}
