import { defineConfig } from "vitest/config";

/** Every project runs its files one after the other where they start real programs: there may be only two cores. */
const oneAtATime = {
  // In CI a test of real programs and a real browser that stumbled over a busy machine gets a second try, and the output
  // says so. Those that prove a number (frame exactness, SIGKILL) take none.
  retry: process.env.CI ? 1 : 0,
  fileParallelism: false,
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
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...oneAtATime,
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: { ...oneAtATime, name: "peers", include: ["test/peers/**/*.test.ts"], sequence: { groupOrder: 3 } },
      },
    ],
  },
});
