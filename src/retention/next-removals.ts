import { setImmediate as turn } from "node:timers/promises";
import type { Database } from "../store/store.ts";
import { beginning, keptAfter, type Position } from "./kept.ts";
import type { RemovalReason } from "./remove.ts";
import type { WithoutProof } from "./settled.ts";

/** One capture whose files will be deleted. */
export interface Removal {
  readonly captureId: string;
  readonly procedureId: string;
  readonly kind: "still" | "clip";
  readonly savedAt: number;
  readonly settledAt: number;
  /** Not before this; now, where the disk is too full. */
  readonly dueAt: number;
  readonly reason: RemovalReason;
  readonly sizeBytes: number;
}

export interface NextRemovals {
  /** The first to go first. */
  readonly removals: readonly Removal[];
  /** False: there are so many older captures that may not be deleted that not all were looked at. */
  readonly isComplete: boolean;
}

const mostLookedAt = 20_000;
const batch = 100;

/** Which captures' files go next, and when. Looks at the oldest 20,000 at most, in turns with everything else. */
export async function nextRemovals(
  database: Database,
  options: { limit: number; now: number; keepMs: number; withoutProof: WithoutProof; isDiskFull: boolean },
): Promise<NextRemovals> {
  const { limit, now, keepMs, withoutProof, isDiskFull } = options;
  let removals: Removal[] = [];
  let position: Position | null = beginning;
  for (let lookedAt = 0; position !== null && lookedAt < mostLookedAt; lookedAt += batch) {
    const page: ReturnType<typeof keptAfter> = keptAfter(database, position, {
      until: Number.MAX_SAFE_INTEGER,
      atMost: batch,
      withoutProof,
    });
    const found = page.captures.flatMap(({ files, settledAt, ...capture }) => {
      if (settledAt === null) return [];
      const dueAt = isDiskFull ? now : settledAt + keepMs;
      return [{ ...capture, settledAt, dueAt, reason: isDiskFull ? ("disk" as const) : ("age" as const) }];
    });
    removals = [...removals, ...found].sort((a, b) => a.dueAt - b.dueAt || a.savedAt - b.savedAt).slice(0, limit);
    position = page.next;
    // A capture settles after it was saved: those that follow cannot be due before these.
    const last = removals.length === limit ? removals.at(-1) : undefined;
    if (last !== undefined && position !== null && (isDiskFull || position.savedAt + keepMs >= last.dueAt)) {
      return { removals, isComplete: true };
    }
    await turn();
  }
  return { removals, isComplete: position === null };
}
