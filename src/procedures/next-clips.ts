import type { Capture } from "./procedure.ts";

/** More than any recording is cut into before a screen has looked again. */
const remembered = 64;

/**
 * Which clip goes on from which: after a gap of the picture, or at the size an instance may have. A stop that names the one
 * before means the recording, not that part of it.
 */
export class NextClips {
  readonly #next = new Map<string, Promise<Capture | undefined>>();

  /** `next` begins now; where it does not begin after all, nothing goes on. Gives it back. */
  goesOn<T extends Capture | undefined>(fromId: string, next: Promise<T>): Promise<T> {
    this.#next.set(
      fromId,
      next.catch(() => undefined),
    );
    for (const oldest of this.#next.keys()) {
      if (this.#next.size <= remembered) break;
      this.#next.delete(oldest);
    }
    return next;
  }

  /** The clip that goes on from this one; undefined: none does. */
  of(id: string): Promise<Capture | undefined> | undefined {
    return this.#next.get(id);
  }
}
