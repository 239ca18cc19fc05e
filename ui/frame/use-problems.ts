import { useEffect, useRef, useState } from "react";
import { boxNow } from "../lib/now.ts";
import { LINGER_MS, ownProblems, type Problem, type ShownProblem, steady } from "./problems.ts";

/** What is wrong, held still for the eye; what this screen says of itself comes first. `healthStatus`: of an answer that was none. */
export function useProblems(
  problems: readonly Problem[],
  lost: boolean,
  healthStatus: number | undefined,
): readonly ShownProblem[] {
  const before = useRef<readonly ShownProblem[]>([]);
  const [, lookAgain] = useState(0);
  const now = boxNow();
  const shown = steady(before.current, problems, now);
  const lingers = shown.some(({ seenAt }) => seenAt < now);
  useEffect(() => {
    before.current = shown;
    if (!lingers) return;
    const timer = setTimeout(() => lookAgain((times) => times + 1), LINGER_MS);
    return () => clearTimeout(timer);
  });
  return [...ownProblems(lost, healthStatus), ...shown];
}
