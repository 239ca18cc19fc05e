/** Work that is done one after the other, in the order in which it was asked for. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** The work's own result or failure; a failure does not keep the next one waiting. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }
}
