import type { Log } from "./lib/log.ts";

/** What was read last, for whoever has to be told something also while the database cannot be read. */
export class LastKnown {
  readonly #log: Log;
  readonly #known = new Map<string, unknown>();
  readonly #unread = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Everything that was asked for could be read when it was asked for last. */
  get isRead(): boolean {
    return this.#unread.size === 0;
  }

  /** What `read` gives; where it throws, what it gave last under that name, or `first`. */
  read<T>(name: string, read: () => T, first: T): T {
    try {
      const value = read();
      this.#known.set(name, value);
      this.#unread.delete(name);
      return value;
    } catch (error) {
      if (this.isRead) this.#log.error({ what: name, error: String(error) }, "the database cannot be read");
      this.#unread.add(name);
      return this.#known.has(name) ? (this.#known.get(name) as T) : first;
    }
  }
}
