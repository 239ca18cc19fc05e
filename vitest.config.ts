import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * What waits for sockets more than it computes: two files at a time. No live video, no browser, no counted kills here: those
 * want both cores to themselves.
 */
const inPairs = [
  "test/integration/{alarms,dicomweb,dimse,retention}*.test.ts",
  "test/integration/{conformance,fault-matrix,outbox-faults,proof,releases}.test.ts",
  "test/peers/{commitment,dicom,dimse,encoding,fit,hospital,mpps,worklist}*.test.ts",
];

/** Files that start real programs. */
const realPrograms = {
  // In CI a test of real programs and a real browser that stumbled over a busy machine gets a second try, and the output
  // says so. Those that prove a number (frame exactness, SIGKILL) take none.
  retry: process.env.CI ? 1 : 0,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
};

export default defineConfig({
  test: {
    reporters: ["default", "./tools/vitest-summary.ts"],
    // Child processes and not threads: a test that crashes its process, or leaks one, is seen.
    pool: "forks",
    maxWorkers: 2,
    passWithNoTests: false,
    allowOnly: false,
    // Waiting for a fact is no measure of anything: no shorter than a busy machine takes.
    expect: { poll: { timeout: 20_000 } },
    // For the hundreds of boxes, hospitals and commands that are started: what they were compiled to is kept.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node") },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Pure: they share a process, and a run takes seconds. What needs one of its own is long or an integration test.
          isolate: false,
          include: ["src/**/*.test.ts", "ui/**/*.test.{ts,tsx}", "tools/**/*.test.{ts,mjs}", "test/*.test.ts"],
          exclude: ["**/node_modules/**", "ui/dist/**", "**/*.long.test.ts"],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // Beside the code, too, but with sockets, files or thousands of cases: seconds each, so not in `npm run check`.
        test: {
          name: "long",
          include: ["src/**/*.long.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { ...realPrograms, name: "network", include: inPairs, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        // One after the other: there may be only two cores.
        test: {
          ...realPrograms,
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          exclude: inPairs,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          ...realPrograms,
          name: "peers",
          include: ["test/peers/**/*.test.ts"],
          exclude: inPairs,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
