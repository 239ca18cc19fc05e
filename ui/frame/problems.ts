import type { Health } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";

export type Problem = Health["problems"][number];

/** A problem on the strip; `key` stays the same while it is the same thing that is wrong. */
export interface ShownProblem {
  readonly key: string;
  readonly problem: Problem;
  readonly seenAt: number;
}

const RANK = { failure: 0, caution: 1, notice: 2 } as const;

/** What comes and goes within seconds, as an archive that is up and down, stays in place that long. */
export const LINGER_MS = 5000;

/** Its words may count minutes meanwhile. */
function keyOf({ area, level, message }: Problem): string {
  return [area, level, message.replaceAll(/\d+ \w+|\d+/g, "#")].join(" ");
}

/** What to show: the worst first, equals in the order they came, and nothing that jumps in and out of sight. */
export function steady(shown: readonly ShownProblem[], problems: readonly Problem[], nowMs: number): ShownProblem[] {
  const current = new Map<string, ShownProblem>();
  for (const problem of problems) {
    let key = keyOf(problem);
    while (current.has(key)) key += " again";
    current.set(key, { key, problem, seenAt: nowMs });
  }
  const known = new Set(shown.map(({ key }) => key));
  const stay = shown.flatMap((one) => {
    const now = current.get(one.key);
    if (now !== undefined) return [now];
    return nowMs - one.seenAt < LINGER_MS ? [one] : [];
  });
  const all = [...stay, ...[...current.values()].filter(({ key }) => !known.has(key))];
  return all.toSorted((a, b) => RANK[a.problem.level] - RANK[b.problem.level]);
}

/** What this screen says of itself, first: it hears nothing, or the box cannot say how it is and only an old answer is left. */
export function ownProblems(lost: boolean, healthStatus: number | undefined): ShownProblem[] {
  const own = (key: string, level: Problem["level"], message: string): ShownProblem => ({
    ...{ key, problem: { area: "screen", level, message }, seenAt: 0 },
  });
  return [
    ...((healthStatus ?? 0) >= 500 ? [own("health", "failure", t("problems.healthFault"))] : []),
    ...(lost ? [own("screen", "caution", t("problems.linkLost"))] : []),
  ];
}
