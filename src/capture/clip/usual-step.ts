/** A rate is one when most of so many steps in a row are alike. */
const firstSteps = 16;
/** After so many steps that are not alike the source is taken at its word. */
const patientSteps = 64;
/** The rate has changed when nearly all of so many steps in a row are alike, and others than before. */
export const changedSteps = 90;
/** Frames that come faster than that had waited somewhere: nothing is told by them. */
const crowdedShare = 0.25;
/** A source that is nearly as fast as it says is as fast as it says. */
const nearlyShare = 0.02;

/** The time from one frame of a source to the next, in microseconds, from the steps that were seen. */
export class UsualStep {
  readonly #nominalUs: number;
  #steps: number[] = [];
  #us: number | null = null;

  constructor(nominalUs: number) {
    this.#nominalUs = nominalUs;
  }

  /** Null: too early to tell. */
  get us(): number | null {
    return this.#us;
  }

  /** Takes a step between two frames that came one after the other; says whether what is usual is another now. */
  push(stepUs: number): "known" | "same" | "changed" {
    if (stepUs < this.#nominalUs * crowdedShare) return "same";
    this.#steps.push(stepUs);
    if (this.#steps.length > changedSteps) this.#steps.shift();
    if (this.#us === null) {
      const alike = this.#alike(firstSteps, 0.05, 0.75);
      if (alike === null && this.#steps.length < patientSteps) return "same";
      this.#us = this.#settled(alike ?? this.#alike(patientSteps, 0.2, 0.9) ?? this.#nominalUs);
      return "known";
    }
    if (Math.abs(stepUs / this.#us - 1) < nearlyShare * 2) return "same";
    const alike = this.#alike(changedSteps, 0.05, 0.9);
    if (alike === null || Math.abs(alike / this.#us - 1) < nearlyShare * 2) return "same";
    this.#us = this.#settled(alike);
    return "changed";
  }

  /** What the newest `count` steps have in common, where `share` of them are within `spread` of their middle. */
  #alike(count: number, spread: number, share: number): number | null {
    if (this.#steps.length < count) return null;
    const newest = this.#steps.slice(-count).toSorted((a, b) => a - b);
    const middle = newest[count >> 1] ?? 0;
    const near = newest.filter((step) => Math.abs(step - middle) <= middle * spread);
    return near.length >= count * share ? near.reduce((sum, step) => sum + step, 0) / near.length : null;
  }

  #settled(us: number): number {
    if (Math.abs(us / this.#nominalUs - 1) < nearlyShare) return this.#nominalUs;
    return Math.max(us, this.#nominalUs / 2);
  }
}
