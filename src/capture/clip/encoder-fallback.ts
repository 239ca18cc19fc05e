import type { EncoderChoice } from "../../devices/devices.ts";

/** A hardware encoder that failed so often is not tried again before the service starts anew. */
const tries = 2;

/** The encoder of the clips: the chosen one, until it has failed too often while it ran. */
export class EncoderFallback {
  readonly #onCpu: EncoderChoice["id"];
  #choice: EncoderChoice;
  #failures = 0;

  /** `onCpu`: what the profile asks of the CPU. */
  constructor(choice: EncoderChoice | undefined, onCpu: EncoderChoice["id"]) {
    this.#onCpu = choice?.onCpu ?? onCpu;
    this.#choice = choice ?? { id: onCpu, because: null };
  }

  get choice(): EncoderChoice {
    return this.#choice;
  }

  /** It failed while it ran. Returns the one that is given up by that, or null. */
  failed(): EncoderChoice["id"] | null {
    this.#failures += 1;
    if (this.#failures < tries) return null;
    const { id } = this.#choice;
    this.#choice = { id: this.#onCpu, because: `${id} failed ${tries} times while it ran, so the CPU is used.` };
    return id;
  }
}
