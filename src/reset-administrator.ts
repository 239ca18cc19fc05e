import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "./config/config.ts";
import { systemClock } from "./lib/clock.ts";
import { openDatabase } from "./store/store.ts";
import { newPin, Users } from "./users/users.ts";

/** What the command prints, and how it ends. */
export interface ResetResult {
  readonly code: 0 | 2;
  readonly words: string;
}

/**
 * Gives an administrator a new PIN, for when it was forgotten; beside a running service, too. Whoever may write the
 * database's file has the box: no more is asked. `name`: whose, where there are several.
 */
export async function resetAdministrator(settings: Settings, name: string | undefined): Promise<ResetResult> {
  const file = join(settings.storage.directory, "scopeline.db");
  if (!existsSync(file)) return { code: 2, words: `There is no database at ${file}. Is storage.directory right?` };
  using database = openDatabase(file);
  const { accounts } = new Users({ database, clock: systemClock, sessions: { idleMs: 0, mostMs: 0 } });
  const administrators = accounts.active().filter(({ roles }) => roles.includes("administrator"));
  if (administrators.length === 0) {
    return { code: 2, words: "This box has no users yet. Set the first administrator at its screen." };
  }
  const named = administrators.filter(({ displayName }) => name === undefined || displayName === name);
  const [administrator] = named;
  if (administrator === undefined || named.length > 1) {
    const names = administrators.map(({ displayName }) => displayName).join(", ");
    return { code: 2, words: `Say whose PIN: --user NAME. The administrators are: ${names}.` };
  }
  const pin = newPin();
  await accounts.resetPin(administrator.id, pin, "scopeline", "administrator-reset");
  const words = `The new PIN of ${administrator.displayName} is ${pin}. Sign in and choose another.`;
  return { code: 0, words };
}
