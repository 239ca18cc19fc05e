import { useEffect, useRef, useState } from "react";
import type { Health } from "../../src/api/schemas.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { showMoment } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import { words } from "../words.ts";
import { LINGER_MS, type Problem, type ShownProblem, steady } from "./problems.ts";
import css from "./status-strip.module.css";

interface StatusStripProps {
  readonly problems: Health["problems"];
  readonly lost: boolean;
}

const AT_ONCE = 2;

/** Only there when something is wrong: the two worst, the others and the details one tap away. */
export function StatusStrip({ problems, lost }: StatusStripProps) {
  const [open, setOpen] = useState(false);
  const own = lost ? [{ key: "screen", problem: LOST, seenAt: 0 }] : [];
  const all = [...own, ...useSteady(problems)];
  const hidden = all.length - AT_ONCE;
  const hasMore = hidden > 0 || all.some(({ problem: { detail } }) => detail);
  if (all.length === 0) return null;
  const shown = open ? all : all.slice(0, AT_ONCE);
  return (
    <div className={open ? `${css.strip} ${css.open}` : css.strip} data-testid="status-strip">
      <div className={css.problems}>
        {shown.map(({ key, problem }) => (
          <div key={key} data-testid="problem" data-level={problem.level}>
            <Notice level={problem.level}>{problem.message}</Notice>
            {open ? <More problem={problem} /> : null}
          </div>
        ))}
      </div>
      {hasMore ? (
        <Button look="quiet" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? words.fewerProblems : hidden > 0 ? words.moreProblems(hidden) : words.outbox.details}
        </Button>
      ) : null}
    </div>
  );
}

const LOST: Problem = { area: "screen", level: "caution", message: words.linkLost };

function More({ problem: { detail, since } }: { readonly problem: Problem }) {
  const text = [
    since === undefined ? null : words.problemSince(showMoment(since, boxNow())),
    detail ? words.problemDetail(detail) : null,
  ].filter(Boolean);
  return text.length === 0 ? null : <p className={css.more}>{text.join(" · ")}</p>;
}

/** What the box says is wrong, held still for the eye. */
function useSteady(problems: readonly Problem[]): readonly ShownProblem[] {
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
  return shown;
}
