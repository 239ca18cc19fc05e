import { setTimeout as sleep } from "node:timers/promises";
import type { ArchivedInstance, CommitmentTransaction, MppsStep } from "../../src/hospital/hospital.ts";
import { type RunningHospital, startHospital } from "../../test/support/hospital.ts";
import { clockOf, type Period, type Weather } from "./plan.ts";

type HospitalOptions = Parameters<typeof startHospital>[0];

export interface Following {
  readonly simulatedMs: () => number;
  readonly speed: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The simulated hospital, that comes and goes as planned: always at the same address, with what it had. */
export class ChangeableArchive implements AsyncDisposable {
  readonly aeTitle: string;
  readonly port: number;
  readonly #options: HospitalOptions;
  #hospital: RunningHospital;
  #isDead = false;

  constructor(hospital: RunningHospital, options: HospitalOptions) {
    this.#hospital = hospital;
    this.#options = { ...options, dicomPort: hospital.dicomPort, httpPort: hospital.httpPort };
    this.aeTitle = hospital.aeTitle;
    this.port = hospital.dicomPort;
  }

  /** Lives through the periods, by the simulated clock; is well afterwards. */
  async follow(periods: readonly Period[], { simulatedMs, speed, say, signal }: Following): Promise<void> {
    for (const { untilMs, archive } of periods) {
      if (signal.aborted) return;
      say(`${clockOf(simulatedMs())} the archive is ${tellOf(archive)}`);
      await this.#become(archive);
      const left = (): number => (untilMs - simulatedMs()) / speed;
      for (let isOpen = true; archive.kind === "flapping" && left() > 0 && !signal.aborted; isOpen = !isOpen) {
        await (isOpen ? this.#hospital.restart() : this.#hospital.open());
        await pause(Math.min(archive.turnMs / speed, Math.max(left(), 0)), signal);
      }
      await pause(Math.max(left(), 0), signal);
    }
    if (!signal.aborted) await this.isWell();
  }

  async isWell(): Promise<void> {
    if (this.#isDead) this.#hospital = await startHospital(this.#options);
    this.#isDead = false;
    await this.#hospital.setFaults([]);
    await this.#hospital.open();
  }

  instances(): Promise<ArchivedInstance[]> {
    return this.#hospital.archive();
  }

  mpps(): Promise<MppsStep[]> {
    return this.#hospital.mpps();
  }

  commitments(): Promise<CommitmentTransaction[]> {
    return this.#hospital.commitments();
  }

  async #become(weather: Weather): Promise<void> {
    await this.isWell();
    switch (weather.kind) {
      case "well":
      case "flapping":
        return;
      case "closed":
        return this.#hospital.restart();
      case "dead":
        process.kill(this.#hospital.program.pid, "SIGKILL");
        await this.#hospital.program.ended;
        this.#isDead = true;
        return;
      case "faulty":
        return this.#hospital.setFaults(weather.faults);
      default:
        weather satisfies never;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hospital[Symbol.asyncDispose]();
  }
}

/** How often it was so, and for how many simulated hours together. */
export function tally(periods: readonly Period[]): Record<string, { times: number; hours: number }> {
  const byKind = Map.groupBy(periods, ({ archive }) => archive.kind);
  const hoursOf = (some: readonly Period[]): number =>
    some.reduce((sum, { fromMs, untilMs }) => sum + (untilMs - fromMs) / 3_600_000, 0);
  return Object.fromEntries(
    [...byKind].map(([kind, some]) => [kind, { times: some.length, hours: Math.round(hoursOf(some) * 10) / 10 }]),
  );
}

function tellOf(weather: Weather): string {
  if (weather.kind !== "faulty") return weather.kind;
  return `faulty: ${weather.faults.map((fault) => ("status" in fault ? `${fault.kind} ${fault.status}` : fault.kind)).join(", ")}`;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
