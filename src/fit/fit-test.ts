import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs } from "../lib/clock.ts";
import { asDiskError, FitError } from "./fit-error.ts";
import type { FitNode, FitOptions } from "./node.ts";
import { propose } from "./propose.ts";
import { negotiate, notNegotiated, reach } from "./reach.ts";
import type { FitReport } from "./report.ts";
import type { Seen } from "./seen.ts";
import { type FitStepName, type StepOutcome, StepRunner, skipped } from "./steps.ts";
import { findStored, readBackStored, tryAssociations, tryCommitment, tryTexts } from "./steps-proof.ts";
import { sendAgain, storeLarge, storeRungs } from "./steps-storage.ts";
import { Trial } from "./trial.ts";

/**
 * Tries a node with everything it may meet, and proposes its settings. Only synthetic pictures of a patient who does not
 * exist are sent; they stay in the archive. Whatever the node does is in the report. Throws FitError where no test could
 * be made, and the signal's reason.
 */
export async function runFitTest(node: FitNode, options: FitOptions): Promise<FitReport> {
  if (node.dimse === null && node.dicomweb === null) {
    throw new FitError("no-address", `${node.name} has neither a DICOM address nor a DICOMweb one in the settings.`);
  }
  options.signal.throwIfAborted();
  await mkdir(options.workDirectory, { recursive: true });
  const directory = await mkdtemp(join(options.workDirectory, "fit-"));
  const trial = new Trial(node, options, directory);
  try {
    return await run(trial);
  } catch (error) {
    options.signal.throwIfAborted();
    throw asDiskError(error) ?? error;
  } finally {
    await trial.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function run(trial: Trial): Promise<FitReport> {
  const { node, options, limits } = trial;
  const at = options.clock();
  const startedAt = monotonicMs();
  const runner = new StepRunner(options.signal, options.onProgress ?? (() => {}));
  const { steps } = runner;
  const seen: { -readonly [K in Exclude<keyof Seen, "rungs">]: Seen[K] } = {
    reached: false,
    services: notNegotiated,
    query: { kind: "not-tried", words: "" },
    commitment: { kind: "not-tried", words: "" },
    texts: [],
    sizes: [],
    associations: null,
    duplicate: { kind: "not-tried", words: "" },
  };
  const { stepMs, indexMs, reportMs, largeMs } = limits;
  const unreached: StepOutcome = skipped("The node was not reached.");
  /** A step that needs the node. Ours of the step before must not hold up one that serves a single association. */
  const observe = (name: FitStepName, limitMs: number, act: (signal: AbortSignal) => Promise<StepOutcome>) =>
    runner.run(name, limitMs, async (signal) => {
      if (!seen.reached) return unreached;
      try {
        return await act(signal);
      } finally {
        await trial.close();
      }
    });

  await runner.run("reach", stepMs, async (signal) => {
    const outcome = await reach(node, signal);
    seen.reached = outcome.result !== "failed";
    return outcome;
  });
  let accepts: Parameters<typeof storeRungs>[1]["accepts"] = () => false;
  await observe("negotiate", stepMs, async (signal) => {
    const negotiated = await negotiate(node, trial.candidates, signal);
    accepts = negotiated.accepts;
    seen.services = negotiated.services;
    return negotiated.outcome;
  });
  await observe("store", stepMs, (signal) =>
    storeRungs(trial, { accepts, tell: (words) => runner.tell("store", words), signal }),
  );
  await observe("query", stepMs + indexMs, async (signal) => {
    const { seen: query, outcome } = await findStored(trial, signal);
    seen.query = query;
    return outcome;
  });
  await observe("read-back", stepMs, (signal) => readBackStored(trial, signal));
  await observe("text", stepMs + 3 * indexMs, async (signal) => {
    const { seen: texts, outcome } = await tryTexts(trial, signal);
    seen.texts = texts;
    return outcome;
  });
  await observe("duplicate", stepMs, async (signal) => {
    const { seen: duplicate, outcome } = await sendAgain(trial, signal);
    seen.duplicate = duplicate;
    return outcome;
  });
  await observe("size", stepMs + 6 * largeMs, async (signal) => {
    const { seen: sizes, outcome } = await storeLarge(trial, (words) => runner.tell("size", words), signal);
    seen.sizes = sizes;
    return outcome;
  });
  await observe("associations", stepMs, async (signal) => {
    const { seen: associations, outcome } = await tryAssociations(trial, signal);
    seen.associations = associations;
    return outcome;
  });
  await observe("commitment", stepMs + 2 * reportMs, async (signal) => {
    const { seen: commitment, outcome } = await tryCommitment(trial, signal);
    seen.commitment = commitment;
    return outcome;
  });
  return {
    node: node.name,
    at,
    durationMs: Math.round(monotonicMs() - startedAt),
    steps,
    rungs: trial.rungs,
    ...propose(node, { ...seen, rungs: trial.rungs }),
    leftBehind: trial.leftBehind,
  };
}
