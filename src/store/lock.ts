import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "./errors.ts";

/**
 * Keeps a second Scopeline off the same storage directory for as long as this process lives: an exclusive SQLite
 * lock, which the kernel lets go however the process ends. Throws StoreError "in-use", or "unavailable" when it is not
 * another process that is in the way.
 */
export function holdStorage(directory: string): Disposable {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(directory, "lock.db"), { timeout: 0 });
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
  } catch (error) {
    lock?.close();
    // SQLITE_BUSY; anything else is the folder's fault, not another process's.
    if ((((error as { errcode?: number }).errcode ?? 0) & 0xff) !== 5) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StoreError(
        "unavailable",
        `The folder ${directory} cannot be used (${why}). Check its owner and the disk.`,
        { cause: error },
      );
    }
    const message = `Another Scopeline is using ${directory}. Stop it first, or give this one another storage.directory.`;
    throw new StoreError("in-use", message, { cause: error });
  }
  const held = lock;
  return { [Symbol.dispose]: () => held.close() };
}
