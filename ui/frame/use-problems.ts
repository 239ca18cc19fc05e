import { useEffect, useRef, useState } from "react";
import { t } from "../i18n/i18n.ts";
import { boxNow } from "../lib/now.ts";
import { LINGER_MS, type Problem, type ShownProblem, steady } from "./problems.ts";

const lostProblem = (): ShownProblem => ({
  key: "screen",
  problem: { area: "screen", level: "caution", message: t("problems.linkLost") },
  seenAt: 0,
});

/** What is wrong, held still for the eye; that this screen hears nothing any more comes first. */
export function useProblems(problems: readonly Problem[], lost: boolean): readonly ShownProblem[] {
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
  return lost ? [lostProblem(), ...shown] : shown;
}
