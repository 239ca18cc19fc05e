/** What of each procedure is under way at the moment. */
export class Underway {
  readonly #all = new Map<string, Set<Promise<unknown>>>();

  has(procedureId: string): boolean {
    return this.#all.has(procedureId);
  }

  of(procedureId: string): readonly Promise<unknown>[] {
    return [...(this.#all.get(procedureId) ?? [])];
  }

  /** Remembers it until it has ended; gives it back. */
  keep<T>(procedureId: string, running: Promise<T>): Promise<T> {
    const all = this.#all.get(procedureId) ?? new Set();
    this.#all.set(procedureId, all.add(running));
    const done = (): void => {
      all.delete(running);
      if (all.size === 0 && this.#all.get(procedureId) === all) this.#all.delete(procedureId);
    };
    running.then(done, done);
    return running;
  }

  /** Resolves when nothing of the procedure is under way any more, whatever became of it. */
  async settle(procedureId: string): Promise<void> {
    while (this.has(procedureId)) await Promise.allSettled(this.of(procedureId));
  }
}
