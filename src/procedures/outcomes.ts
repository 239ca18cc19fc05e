import { CaptureError } from "../capture/capture.ts";
import { ProcedureError } from "./errors.ts";

/** How a press went, whoever pressed: for sounds, and for screens that others press beside. */
export interface Outcome {
  readonly kind: "saved" | "record-start" | "record-stop" | "marked" | "failed";
  readonly actor: string;
  readonly captureId?: string;
  /** Of a failure, for the person at the screen. */
  readonly message?: string;
}

export type OutcomeKind = Exclude<Outcome["kind"], "failed">;

interface Heard {
  readonly kind: OutcomeKind;
  readonly actor: string;
  /** Told again under the same key, a press is not heard again. */
  readonly key?: string | undefined;
  /** Not done after so long: whoever pressed hears that it failed, and, where it is done later, that too. */
  readonly lateMs?: number;
}

const rememberedKeys = 500;

/** The one place that says how presses went. What listens never makes a press fail. */
export class Outcomes {
  readonly #listener: (outcome: Outcome) => void;
  readonly #heard = new Set<string>();

  constructor(onOutcome: (outcome: Outcome) => void = () => {}) {
    this.#listener = onOutcome;
  }

  tell(outcome: Outcome): void {
    try {
      this.#listener(outcome);
    } catch {
      // What was saved is saved, whether anybody heard of it or not.
    }
  }

  /** Passes the press through and says how it went. */
  async of<T extends { readonly id: string }>(
    { kind, actor, key, lateMs }: Heard,
    press: () => Promise<T>,
  ): Promise<T> {
    const late = lateMs === undefined ? undefined : setTimeout(() => this.#late(actor, key), lateMs);
    try {
      const capture = await press();
      if (this.#isFirst(key, kind)) this.tell({ kind, actor, captureId: capture.id });
      return capture;
    } catch (error) {
      // A stop has no key of its own press: each that fails is heard.
      const isHeard = kind === "record-stop" || this.#isFirst(key, "failed");
      if (isHeard) this.tell({ kind: "failed", actor, message: wordsOf(error) });
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  /** As `of`, for what is done at once. */
  now<T extends { readonly id: string }>({ kind, actor }: Heard, press: () => T): T {
    try {
      const capture = press();
      this.tell({ kind, actor, captureId: capture.id });
      return capture;
    } catch (error) {
      this.tell({ kind: "failed", actor, message: wordsOf(error) });
      throw error;
    }
  }

  #late(actor: string, key: string | undefined): void {
    const message = "The picture is not saved yet. Press again; if it still comes, there are two of it.";
    if (this.#isFirst(key, "failed")) this.tell({ kind: "failed", actor, message });
  }

  #isFirst(key: string | undefined, kind: Outcome["kind"]): boolean {
    if (key === undefined) return true;
    const heard = `${kind} ${key}`;
    if (this.#heard.has(heard)) return false;
    this.#heard.add(heard);
    for (const oldest of this.#heard) {
      if (this.#heard.size <= rememberedKeys) break;
      this.#heard.delete(oldest);
    }
    return true;
  }
}

/** Our own refusals say what to do; anything else is a fault, whose inside nobody is told. */
function wordsOf(error: unknown): string {
  const isRefusal = error instanceof CaptureError || error instanceof ProcedureError;
  return isRefusal ? error.message : "Something went wrong in this box. Press again.";
}
