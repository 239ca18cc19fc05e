import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What waits for sockets, pauses and starts of programs far more than it computes: three files at a time. */
const waiting = [
  "test/integration/{alarms,dicomweb,dimse,retention}*.test.ts",
  "test/integration/{conformance,delivery,fault-matrix,outbox-faults,proof,releases,sigkill,simulated-days}.test.ts",
  "test/peers/{commitment,delivery,dicom,dimse,encoding,fit,hospital,mpps,worklist}*.test.ts",
];

/**
 * Live pictures, small ones, of which none is counted against the clock: a source and its box take a third of one core, and
 * two are there. Not those that measure a rate, and no browser: they have both cores to themselves.
 */
const smallPictures = [
  "test/integration/capture-{clips,colour,doctor,encoders,frames,hevc,inputs,numbers,orphans,pipe,preroll,shape}.test.ts",
  "test/integration/{clip,clips}-*.test.ts",
  "test/integration/{commands,demo,late-books,procedure-races,spine,stills-recorded,triggers}.test.ts",
  "test/peers/{archives,clip-tools,jpeg-ls}.test.ts",
];

/** The longest, which begin first: the last one to end would keep the others waiting, and a fresh checkout knows no durations. */
const longest = ["sigkill", "fault-matrix", "commitment", "hospital-archive", "outbox-faults", "simulated-days"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at === -1 ? longest.length : at;
    };
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((one) => sorted.filter(({ project }) => project === one).sort((a, b) => rank(a) - rank(b)));
  }
}

/** Files that start real programs. */
const realPrograms = {
  // In CI a test of real programs and a real browser that stumbled over a busy machine gets a second try, and the output
  // says so. Those that prove a number (frame exactness, SIGKILL) take none.
  retry: process.env.CI ? 1 : 0,
  testTimeout: 180_000,
  hookTimeout: 180_000,
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
    sequence: { sequencer: LongestFirst },
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
        test: { ...realPrograms, name: "waiting", include: waiting, maxWorkers: 3, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: { ...realPrograms, name: "pictures", include: smallPictures, sequence: { groupOrder: 3 } },
      },
      {
        extends: true,
        // One after the other: there may be only two cores.
        test: {
          ...realPrograms,
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          exclude: [...waiting, ...smallPictures],
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          ...realPrograms,
          name: "peers",
          include: ["test/peers/**/*.test.ts"],
          exclude: [...waiting, ...smallPictures],
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
