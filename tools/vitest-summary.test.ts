import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** Runs vitest on one file in a folder of its own, with our reporter. */
function runVitest(test: string): { code: number | null; last: string; output: string } {
  mkdirSync(path.join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(path.join(root, ".cache", "summary-"));
  try {
    const reporter = path.join(root, "tools/vitest-summary.ts");
    const config = `export default { test: { reporters: [${JSON.stringify(reporter)}] } };`;
    writeFileSync(path.join(folder, "vitest.config.mjs"), config);
    writeFileSync(path.join(folder, "a.test.mjs"), `import { it, describe } from "vitest";\n${test}`);
    const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
    const { status, stdout } = spawnSync(process.execPath, [vitest, "run"], { cwd: folder, encoding: "utf8" });
    return { code: status, output: stdout, last: stdout.trimEnd().split("\n").at(-1) ?? "" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("the last line counts what passed, failed and was skipped, and skips say why", () => {
  const result = runVitest(`it("a", () => {}); it("b", () => { throw new Error("no"); });
    it("c", (context) => context.skip("no storescp"));`);
  expect(result.last).toBe("1 passed, 1 failed, 1 skipped");
  expect(result.output).toContain("skipped: a.test.mjs > c: no storescp");
  expect(result.code).toBe(1);
});

it("a file that cannot be loaded is a failure", () => {
  const result = runVitest(`it("a", () => {}); throw new Error("broken");`);
  expect(result.last).toMatch(/^0 passed, 1 failed/);
  expect(result.code).toBe(1);
});
