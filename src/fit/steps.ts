import { monotonicMs } from "../lib/clock.ts";
import type { FitProgress } from "./node.ts";

export const stepNames = [
  "reach",
  "negotiate",
  "store",
  "query",
  "read-back",
  "text",
  "duplicate",
  "size",
  "associations",
  "commitment",
] as const;

export type FitStepName = (typeof stepNames)[number];

/** How a step ended, and what the node said, for people. */
export interface StepOutcome {
  readonly result: "passed" | "partly" | "failed" | "skipped";
  readonly words: string;
}

export interface FitStep extends StepOutcome {
  readonly name: FitStepName;
  readonly title: string;
  readonly durationMs: number;
}

const titles: Readonly<Record<FitStepName, string>> = {
  reach: "Reaching the node",
  negotiate: "What it accepts in negotiation",
  store: "Storing synthetic stills and clips",
  query: "Finding them by a query",
  "read-back": "Reading them back",
  text: "Names beyond ASCII",
  duplicate: "The same instance twice",
  size: "A large instance",
  associations: "Associations at the same time",
  commitment: "Storage commitment",
};

export const skipped = (words: string): StepOutcome => ({ result: "skipped", words });
export const failed = (words: string): StepOutcome => ({ result: "failed", words });
export const passed = (words: string): StepOutcome => ({ result: "passed", words });

/** Runs one step after the other, each within its time, and writes down how each ended. */
export class StepRunner {
  readonly steps: FitStep[] = [];
  readonly #signal: AbortSignal;
  readonly #onProgress: (progress: FitProgress) => void;

  constructor(signal: AbortSignal, onProgress: (progress: FitProgress) => void) {
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  /** What is thrown ends the test, but for time that is up: the signal of the step then. Throws the caller's reason too. */
  async run(name: FitStepName, limitMs: number, act: (signal: AbortSignal) => Promise<StepOutcome>): Promise<void> {
    this.#signal.throwIfAborted();
    this.tell(name, titles[name]);
    const startedAt = monotonicMs();
    const time = AbortSignal.timeout(limitMs);
    const outcome = await act(AbortSignal.any([this.#signal, time])).catch((error: unknown): StepOutcome => {
      this.#signal.throwIfAborted();
      if (!time.aborted) throw error;
      return failed(`It took longer than ${Math.round(limitMs / 1_000)} s and was given up.`);
    });
    this.#signal.throwIfAborted();
    this.steps.push({ name, title: titles[name], ...outcome, durationMs: Math.round(monotonicMs() - startedAt) });
  }

  tell(name: FitStepName, words: string): void {
    this.#onProgress({ words, number: stepNames.indexOf(name) + 1, of: stepNames.length });
  }
}
