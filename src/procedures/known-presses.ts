import { CaptureError } from "../capture/capture.ts";
import type { Database } from "../store/store.ts";
import { ProcedureError } from "./errors.ts";
import type { Capture } from "./procedure.ts";
import { captureOfKey, findCapture } from "./rows.ts";

export interface KnownPressesOptions {
  readonly database: Database;
  /** Tries at once what the database has not taken of a clip; throws how it stands where it still does not. */
  readonly again: (captureId: string) => void;
}

/** Presses by their key, so that a repeated request waits for the first instead of taking a second picture. */
export class KnownPresses {
  readonly #options: KnownPressesOptions;
  readonly #underway = new Map<string, Promise<Capture>>();

  constructor(options: KnownPressesOptions) {
    this.#options = options;
  }

  /** Remembers a press that is under way; its row is known by the key after that. */
  keep(key: string | undefined, press: Promise<Capture>): void {
    if (key === undefined) return;
    this.#underway.set(key, press);
    const forget = (): void => void this.#underway.delete(key);
    press.then(forget, forget);
  }

  /** The capture a press with this key became, or is becoming. A press that failed fails again with the same words. */
  find(key: string | undefined, kind: "still" | "clip"): Promise<Capture> | undefined {
    if (key === undefined) return undefined;
    const underway = this.#underway.get(key);
    if (underway !== undefined) return underway;
    const id = captureOfKey(this.#options.database, key);
    return id === undefined ? undefined : this.#became(id, kind);
  }

  async #became(id: string, kind: "still" | "clip"): Promise<Capture> {
    this.#options.again(id);
    const capture = findCapture(this.#options.database, id);
    if (capture?.kind !== kind) {
      throw new ProcedureError("bad-request", "This Idempotency-Key belongs to another press. Take a new one.");
    }
    if (capture.state === "failed") throw new CaptureError("encoder", capture.notice ?? "This press failed.");
    return capture;
  }
}
