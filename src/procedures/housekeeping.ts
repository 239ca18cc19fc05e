import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Database } from "../store/store.ts";

const dayMs = 86_400_000;
/** A deleted capture's file is kept so long, that a slip can be mended by hand. */
export const binMs = 7 * dayMs;
/** A press is not repeated by anybody after so long. */
const keyMs = 2 * dayMs;

export interface HousekeepingOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws away what nobody needs any more: old idempotency keys, the files of captures deleted some days ago. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.tidy().catch((error: unknown) =>
        this.#options.log.error({ error: String(error) }, "housekeeping failed"),
      );
      await sleep(3_600_000, undefined, { signal }).catch(() => {});
    }
  }

  async tidy(): Promise<void> {
    const { database, storageDirectory, clock } = this.#options;
    database.prepare("DELETE FROM idempotency WHERE at < ?").run(clock() - keyMs);
    const bin = database
      .prepare("SELECT id, file FROM capture WHERE state = 'deleted' AND deleted_at < ? AND deleted_at > ?")
      .all(clock() - binMs, clock() - binMs - 30 * dayMs);
    for (const row of bin) {
      const file = join(storageDirectory, String(row.file));
      await rm(file, { force: true });
      await rm(`${file}.part`, { force: true });
      await rm(join(storageDirectory, "thumbnails", `${String(row.id)}.jpg`), { force: true });
    }
  }
}
