import { UsersError } from "./errors.ts";

const mostWaiting = 16;

/**
 * One after the other. Hashing a PIN takes memory and a core that the picture needs too; and a try that waits sees what
 * the one before it came to: a hundred at once are still counted one by one.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Runs `work` when those before it are done. Throws UsersError "sign-in-busy" where too many wait. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= mostWaiting) {
      throw new UsersError("sign-in-busy", "Too many are signing in at this moment. Try again in a few seconds.");
    }
    this.#waiting += 1;
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}
