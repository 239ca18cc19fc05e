import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";

const root = path.resolve(import.meta.dirname, "..");

interface Step {
  readonly name: string;
  readonly module: string;
  readonly args: readonly string[];
}

const still: readonly Step[] = [
  { name: "types", module: "typescript/bin/tsc", args: ["-p", "."] },
  { name: "lint and format", module: "@biomejs/biome/bin/biome", args: ["check", "--error-on-warnings"] },
  { name: "unused code", module: "knip/bin/knip.js", args: ["--no-progress"] },
];
const tests: Step = { name: "tests", module: "vitest/vitest.mjs", args: ["run", "--project", "unit"] };

/** Resolves with what the step printed, undefined when it is content. */
function run({ name, module, args }: Step, stdio: "pipe" | "inherit"): Promise<string | undefined> {
  const started = performance.now();
  const child = spawn(process.execPath, [path.join(root, "node_modules", module), ...args], {
    cwd: root,
    stdio: ["ignore", stdio, stdio],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (stdio === "pipe") process.stdout.write(`${code === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)\n`);
      resolve(code === 0 ? undefined : output);
    });
  });
}

const complaints = await Promise.all(still.map((step) => run(step, "pipe")));
for (const complaint of complaints) if (complaint) process.stdout.write(`\n${complaint.trimEnd()}\n`);
// Last, with its own output: its closing line is the last one.
const failed = await run(tests, "inherit");
if (failed !== undefined || complaints.some((complaint) => complaint !== undefined)) process.exitCode = 1;
