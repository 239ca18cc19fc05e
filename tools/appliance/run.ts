import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs a program to its end; resolves with what it wrote. Throws with its name and its last words. */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { maxBuffer: 64_000_000, ...(cwd !== undefined && { cwd }) });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim().slice(-2000) : "";
    throw new Error(`${program} ${args.join(" ").slice(0, 200)} failed: ${said || String(error)}`, { cause: error });
  }
}
