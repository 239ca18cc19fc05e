import type { PressLength } from "./bindings.ts";
import type { InputDevice } from "./devices.ts";
import { TriggerError } from "./errors.ts";
import type { KeyEvent } from "./input-events.ts";
import { isPointer } from "./key-names.ts";
import { longPressMs } from "./key-presses.ts";
import { isModifier } from "./wedge.ts";

/** After its release another key of the device means a scanner or a keyboard, not one button. */
const aloneForMs = 150;

export interface LearnedKey {
  readonly device: InputDevice;
  readonly code: number;
  readonly press: PressLength;
}

interface Candidate {
  readonly device: InputDevice;
  readonly code: number;
  readonly atMs: number;
}

/** Waits for one key of any device to be pressed and let go, within a time. */
export class Learning {
  readonly #timer: NodeJS.Timeout;
  readonly #done = Promise.withResolvers<LearnedKey>();
  #candidate: Candidate | undefined;
  #settling: NodeJS.Timeout | undefined;

  constructor(withinMs: number) {
    const seconds = Math.round(withinMs / 1000);
    const message = `No pedal or button was pressed within ${seconds} seconds. Check its cable, then try again.`;
    this.#timer = setTimeout(() => this.#fail(new TriggerError("nothing-pressed", message)), withinMs);
  }

  /** Rejects with TriggerError "nothing-pressed", "several-keys" or "learning-cancelled". */
  get learned(): Promise<LearnedKey> {
    return this.#done.promise;
  }

  key(device: InputDevice, { code, edge, atMs }: KeyEvent): void {
    if (isPointer(code) || edge === "repeat") return;
    const candidate = this.#candidate;
    const isSame = candidate !== undefined && candidate.device.id === device.id && candidate.code === code;
    if (edge === "down") {
      if (isSame) clearTimeout(this.#settling);
      else if (candidate === undefined || isModifier(candidate.code)) this.#candidate = { device, code, atMs };
      else if (!isModifier(code)) {
        const message = "Several keys came at once: that was a scanner or a keyboard. Press one pedal or button.";
        this.#fail(new TriggerError("several-keys", message));
      }
      return;
    }
    if (!isSame) return;
    clearTimeout(this.#settling);
    const press = atMs - candidate.atMs >= longPressMs ? "long" : "short";
    this.#settling = setTimeout(() => this.#end(() => this.#done.resolve({ device, code, press })), aloneForMs);
  }

  cancel(): void {
    this.#fail(new TriggerError("learning-cancelled", "Learning was ended. Nothing was changed."));
  }

  #fail(error: TriggerError): void {
    this.#end(() => this.#done.reject(error));
  }

  #end(settle: () => void): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#settling);
    settle();
  }
}
