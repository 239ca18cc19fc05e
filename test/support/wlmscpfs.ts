import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { need } from "./programs.ts";
import { freePort, portAnswers, type RunningProgram, runTool, start } from "./run.ts";

export interface Wlmscpfs extends AsyncDisposable {
  readonly port: number;
  readonly aeTitle: string;
  readonly program: RunningProgram;
}

/** DCMTK's worklist provider on loopback. `items`: dumps for dump2dcm, text or bytes in the item's own character set. */
export async function startWlmscpfs(options: {
  readonly directory: string;
  readonly aeTitle?: string;
  readonly items: readonly (string | Uint8Array)[];
  /** `-csk`, the default here, sends each item's own Specific Character Set. */
  readonly extraArguments?: readonly string[];
}): Promise<Wlmscpfs> {
  const { directory, aeTitle = "WORKLIST", items, extraArguments = ["-csk"] } = options;
  const folder = path.join(directory, aeTitle);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "lockfile"), "");
  for (const [index, item] of items.entries()) {
    const dump = path.join(directory, `${index}.dump`);
    await writeFile(dump, item);
    const made = await runTool(need("dump2dcm"), ["+te", "-g", dump, path.join(folder, `${index}.wl`)]);
    if (made.code !== 0) throw new Error(`dump2dcm: ${made.stderr}`);
  }
  const port = await freePort();
  const args = ["-dfp", directory, "--single-process", ...extraArguments, String(port)];
  const program = start({ program: need("wlmscpfs"), args, cwd: directory, env: { TCP_NODELAY: "1" } });
  await portAnswers(port, program);
  return { port, aeTitle, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
