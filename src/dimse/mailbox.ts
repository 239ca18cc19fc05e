/** A queue with one reader, which ends in an error. What came before the error is read before it. */
export class Mailbox<T> {
  readonly #items: T[] = [];
  #failure: Error | undefined;
  #reader: { resolve: (item: T) => void; reject: (error: Error) => void } | undefined;

  get size(): number {
    return this.#items.length;
  }

  put(item: T): void {
    if (this.#failure !== undefined) return;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader) reader.resolve(item);
    else this.#items.push(item);
  }

  /** The first failure stays. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.interrupt(this.#failure);
  }

  /** Rejects the take that is waiting, if any; the mailbox goes on. */
  interrupt(error: Error): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(error);
  }

  take(): Promise<T> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }
}
