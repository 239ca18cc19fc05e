/** Those who want to be told; one that throws stops neither the teller nor the others. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Returns the function that ends the subscription. */
  add(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(value: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(value);
      } catch (error) {
        // Not swallowed: it surfaces as what it is, a defect of the listener, after everybody has been told.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
