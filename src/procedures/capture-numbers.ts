import type { FrameRef } from "../capture/capture.ts";
import type { Database } from "../store/store.ts";
import type { Press } from "./press.ts";
import { highestNumber } from "./rows.ts";

export interface UnsavedStill {
  readonly source: string;
  readonly frame: FrameRef | undefined;
  number: number;
}

/** Numbers are given at the press, so that they keep the order of presses; a failed press leaves a gap. */
export class CaptureNumbers {
  readonly #database: Database;
  readonly #numbers = new Map<string, number>();
  readonly #unsaved = new Map<string, Set<UnsavedStill>>();

  constructor(database: Database) {
    this.#database = database;
  }

  take(procedureId: string): number {
    const number = Math.max(this.#numbers.get(procedureId) ?? 0, highestNumber(this.#database, procedureId)) + 1;
    this.#numbers.set(procedureId, number);
    return number;
  }

  /**
   * A number for a still, until `settled`. Two requests of one screen may overtake each other on their way; the frames
   * they name tell which press was first, and the numbers of stills not saved yet are dealt again in that order.
   */
  inOrder(press: Press): UnsavedStill {
    const { procedure, frame, source } = press;
    const still: UnsavedStill = { source: source.source.id, frame, number: this.take(procedure.id) };
    const unsaved = this.#unsaved.get(procedure.id) ?? new Set();
    this.#unsaved.set(procedure.id, unsaved.add(still));
    const alike = [...unsaved].filter((one) => one.source === still.source && one.frame?.epoch === frame?.epoch);
    const numbers = alike.map((one) => one.number).sort((a, b) => a - b);
    alike.sort((a, b) => (a.frame?.seq ?? 0) - (b.frame?.seq ?? 0) || a.number - b.number);
    for (const [index, one] of alike.entries()) one.number = numbers[index] ?? one.number;
    return still;
  }

  /** Its number is final. */
  settled(procedureId: string, still: UnsavedStill): void {
    this.#unsaved.get(procedureId)?.delete(still);
  }
}
