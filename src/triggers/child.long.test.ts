/** In a process of its own, which has opened as many files as it may. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);

const program = `
  import { openSync } from "node:fs";
  import { runChild } from ${JSON.stringify(join(import.meta.dirname, "child.ts"))};
  import { play } from ${JSON.stringify(join(import.meta.dirname, "../sounds/player.ts"))};
  try { for (;;) openSync("/dev/null"); } catch {}
  const { signal } = new AbortController();
  const said = await runChild({ command: "cat", args: [], signal, onBytes() {} });
  const told = await play(Buffer.alloc(8), null, signal).catch((error) => error.message);
  await new Promise((resolve) => setImmediate(resolve));
  console.log(JSON.stringify([said, told]));
`;

it("a process that may open no more files hears why its readers and its sounds do not start, and goes on", async () => {
  const node = [process.execPath, "--input-type=module", "-e", program];
  const { stdout } = await run("/bin/sh", ["-c", 'ulimit -n 64; exec "$@"', "sh", ...node]);
  expect(JSON.parse(stdout)).toEqual([expect.stringContaining("EMFILE"), expect.stringContaining("EMFILE")]);
});
