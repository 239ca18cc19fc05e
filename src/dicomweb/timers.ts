import type { DicomWebError } from "./dicomweb-error.ts";

/** The deadlines of one request, by what is waited for. */
export class Timers {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onOver: (error: DicomWebError) => void;

  constructor(onOver: (error: DicomWebError) => void) {
    this.#onOver = onOver;
  }

  /** Begins to wait, or begins again. */
  deadline(phase: string, ms: number, error: () => DicomWebError): void {
    this.after(phase, ms, () => this.#onOver(error()));
  }

  after(phase: string, ms: number, act: () => void): void {
    this.settle(phase);
    this.#timers.set(phase, setTimeout(act, ms));
  }

  /** What is waited for is not there yet, but something moves. */
  extend(phase: string): void {
    this.#timers.get(phase)?.refresh();
  }

  settle(phase: string): void {
    clearTimeout(this.#timers.get(phase));
    this.#timers.delete(phase);
  }

  settleAll(): void {
    for (const phase of [...this.#timers.keys()]) this.settle(phase);
  }
}
