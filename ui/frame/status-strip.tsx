import { shownProblem } from "../i18n/said-by-box.ts";
import { Notice } from "../kit/notice.tsx";
import type { ShownProblem } from "./problems.ts";
import css from "./status-strip.module.css";

/**
 * Only there when something is wrong: the worst in one line each. It never grows, so that nothing below it moves; all of
 * them in full are one tap away, in the bottom bar.
 */
export function StatusStrip({ problems }: { readonly problems: readonly ShownProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <div className={css.strip} data-testid="status-strip">
      {problems.slice(0, 2).map(({ key, problem }) => (
        <div key={key} className={css.problem} data-cut data-testid="problem" data-level={problem.level}>
          <Notice level={problem.level}>{shownProblem(problem).message}</Notice>
        </div>
      ))}
    </div>
  );
}
