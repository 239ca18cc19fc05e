import { mkdir } from "node:fs/promises";
import { need } from "./programs.ts";
import { freePort, portAnswers, type RunningProgram, start } from "./run.ts";

export interface Storescp extends AsyncDisposable {
  readonly port: number;
  readonly aeTitle: string;
  readonly program: RunningProgram;
}

/** DCMTK's storescp on loopback, files in `directory`; it takes every transfer syntax it knows. */
export async function startStorescp(options: {
  readonly directory: string;
  readonly port?: number;
  readonly aeTitle?: string;
  /** As on its command line, such as `["+B", "-pdu", "131072"]` or `["--abort-during"]`. */
  readonly extraArguments?: readonly string[];
}): Promise<Storescp> {
  const { directory, aeTitle = "STORESCP", extraArguments = [] } = options;
  await mkdir(directory, { recursive: true });
  const port = options.port ?? (await freePort());
  const args = ["+xa", "-aet", aeTitle, "-od", directory, ...extraArguments, String(port)];
  // Without it Debian's DCMTK stalls 40 ms on every small instance.
  const program = start({ program: need("storescp"), args, cwd: directory, env: { TCP_NODELAY: "1" } });
  await portAnswers(port, program);
  return { port, aeTitle, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
