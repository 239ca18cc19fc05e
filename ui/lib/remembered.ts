import { Store } from "./store.ts";

type Stored = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** What was chosen on this browser, for as long as it keeps it; null: nothing was. */
export class Remembered<T extends string | number> extends Store<T | null> {
  readonly #key: string;
  readonly #storage: () => Stored;

  /** `parse` says null to what is no such choice (any more). A browser that stores nothing remembers until the reload. */
  constructor(key: string, parse: (text: string) => T | null, storage: () => Stored = () => localStorage) {
    super(readFrom(storage, `scopeline.${key}`, parse));
    this.#key = `scopeline.${key}`;
    this.#storage = storage;
  }

  choose(value: T | null): void {
    try {
      if (value === null) this.#storage().removeItem(this.#key);
      else this.#storage().setItem(this.#key, String(value));
    } catch {
      // It is chosen all the same.
    }
    this.set(value);
  }
}

function readFrom<T>(storage: () => Stored, key: string, parse: (text: string) => T | null): T | null {
  try {
    const text = storage().getItem(key);
    return text === null ? null : parse(text);
  } catch {
    return null;
  }
}
