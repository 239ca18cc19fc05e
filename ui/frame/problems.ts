import type { Health } from "../../src/api/schemas.ts";

export type Problem = Health["problems"][number];

const RANK = { failure: 0, caution: 1, notice: 2 } as const;

/** The worst first; equals keep the box's order. */
export function worstFirst(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => RANK[a.level] - RANK[b.level]);
}
