import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "./errors.ts";

/**
 * Keeps a second Scopeline off the same storage directory for as long as this process lives: an exclusive SQLite
 * lock, which the kernel lets go however the process ends. Throws StoreError "in-use".
 */
export function holdStorage(directory: string): Disposable {
  const lock = new DatabaseSync(join(directory, "lock.db"), { timeout: 0 });
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
  } catch (error) {
    lock.close();
    const message = `Another Scopeline is using ${directory}. Stop it first, or give this one another storage.directory.`;
    throw new StoreError("in-use", message, { cause: error });
  }
  return { [Symbol.dispose]: () => lock.close() };
}
