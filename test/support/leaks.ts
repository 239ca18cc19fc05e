import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** What this process holds now. */
export interface Holdings {
  /** Sockets, servers and timers, each kind by its name in Node. */
  readonly resources: Readonly<Record<string, number>>;
  readonly descriptors: number;
  /** Heap and buffers after a collection, in bytes. */
  readonly memoryBytes: number;
}

/** Sockets, timers, descriptors and live memory of this process, to be compared before and after. */
export function holdings(): Holdings {
  collect();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    if (/TCP|TLS|Server|Timeout/.test(name)) resources[name] = (resources[name] ?? 0) + 1;
  }
  const { heapUsed, external } = process.memoryUsage();
  return { resources, descriptors: readdirSync("/proc/self/fd").length, memoryBytes: heapUsed + external };
}
