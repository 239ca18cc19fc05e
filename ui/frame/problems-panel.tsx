import { t } from "../i18n/i18n.ts";
import { shownProblem } from "../i18n/said-by-box.ts";
import { Notice } from "../kit/notice.tsx";
import { showMoment } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import type { Problem, ShownProblem } from "./problems.ts";
import css from "./problems-panel.module.css";

interface ProblemsPanelProps {
  readonly problems: readonly ShownProblem[];
  readonly onClose: () => void;
}

/** All that is wrong, worst first and in full. Over the screen, beside CAPTURE and RECORD, never over them. */
export function ProblemsPanel({ problems, onClose }: ProblemsPanelProps) {
  return (
    <div
      className={css.panel}
      id="problems"
      role="dialog"
      aria-label={t("problems.title")}
      tabIndex={-1}
      ref={focus}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
      data-testid="problems"
    >
      {problems.length === 0 ? <p>{t("problems.none")}</p> : null}
      {problems.map(({ key, problem }) => (
        <div key={key}>
          <Notice level={problem.level}>{shownProblem(problem).message}</Notice>
          <More problem={problem} />
        </div>
      ))}
    </div>
  );
}

const focus = (panel: HTMLElement | null): void => panel?.focus();

function More({ problem }: { readonly problem: Problem }) {
  const { detail, since } = problem;
  const text = [
    since === undefined ? "" : t("problems.since", { when: showMoment(since, boxNow()) }),
    detail ? t("problems.detail", { said: detail }) : "",
  ].filter(Boolean);
  const { original } = shownProblem(problem);
  return (
    <>
      {original === null ? null : (
        <p className={css.more} dir="auto">
          {original}
        </p>
      )}
      {text.length === 0 ? null : <p className={css.more}>{text.join(" · ")}</p>}
    </>
  );
}
