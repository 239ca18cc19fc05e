import { useState } from "react";
import type { Health } from "../../src/api/schemas.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { words } from "../words.ts";
import { type Problem, worstFirst } from "./problems.ts";
import css from "./status-strip.module.css";

interface StatusStripProps {
  readonly problems: Health["problems"];
  readonly lost: boolean;
}

const AT_ONCE = 2;

/** Only there when something is wrong: the two worst, the others one tap away. */
export function StatusStrip({ problems, lost }: StatusStripProps) {
  const [open, setOpen] = useState(false);
  const own: readonly Problem[] = lost ? [{ area: "screen", level: "caution", message: words.linkLost }] : [];
  const all = worstFirst([...own, ...problems]);
  if (all.length === 0) return null;
  const hidden = all.length - AT_ONCE;
  const shown = open ? all : all.slice(0, AT_ONCE);
  return (
    <div className={open ? `${css.strip} ${css.open}` : css.strip} data-testid="status-strip">
      <div className={css.problems}>
        {shown.map((problem) => (
          <Notice key={`${problem.area} ${problem.message}`} level={problem.level}>
            {problem.message}
          </Notice>
        ))}
      </div>
      {hidden > 0 ? (
        <Button look="quiet" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? words.fewerProblems : words.moreProblems(hidden)}
        </Button>
      ) : null}
    </div>
  );
}
