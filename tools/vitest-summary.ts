import type { Reporter, TestCase, TestModule } from "vitest/node";

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** `file > suite > test: reason`, one for each skipped test. */
  readonly skips: readonly string[];
}

/** The closing line that programs read: alone on a line, these words. */
export function closingLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}

/** Counts every test once; a file that could not be loaded, and an error outside all tests, counts as a failure. */
export function tally(modules: readonly TestModule[], errorsOutsideTests: number): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string): TestCase[] => tests.filter((test) => test.result().state === state);
  const brokenFiles = modules.filter((module) => module.state() === "failed" && module.errors().length > 0);
  const skipped = inState("skipped");
  return {
    passed: inState("passed").length,
    // Pending after the end of the run means that it never got to run: interrupted, or its file crashed.
    failed: inState("failed").length + inState("pending").length + brokenFiles.length + errorsOutsideTests,
    skipped: skipped.length,
    skips: skipped.map((test) => `${test.module.relativeModuleId} > ${test.fullName}${noteOf(test)}`),
  };
}

function noteOf(test: TestCase): string {
  const result = test.result();
  return result.state === "skipped" && result.note ? `: ${result.note}` : "";
}

/** Prints why each skipped test was skipped, and last of all the closing line. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const result = tally(modules, errors.length);
    process.once("exit", () => {
      const lines = [...result.skips.map((skip) => `skipped: ${skip}`), closingLine(result)];
      process.stdout.write(`\n${lines.join("\n")}\n`);
    });
  }
}
