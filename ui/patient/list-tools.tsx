import { RefreshCw } from "lucide-react";
import type { Worklist } from "../../src/api/schemas.ts";
import { refreshWorklist } from "../api/actions.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Choice } from "../kit/choice.tsx";
import { Notice } from "../kit/notice.tsx";
import { SearchBox } from "../kit/search-box.tsx";
import { useAction } from "../kit/use-action.ts";
import { showAgo } from "../lib/amounts.ts";
import { useNow } from "../lib/now.ts";
import css from "./list-tools.module.css";

interface ListToolsProps {
  readonly list: Worklist | undefined;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly allDays: boolean;
  readonly onAllDays: (all: boolean) => void;
}

/** Search, which days, how old the list is, and ask again. */
export function ListTools({ list, search, onSearch, allDays, onAllDays }: ListToolsProps) {
  const refresh = useAction();
  return (
    <div className={css.tools}>
      <SearchBox
        label={t("list.search")}
        clear={t("list.clear")}
        value={search}
        onChange={onSearch}
        testId="worklist-search"
      />
      <Choice
        label={t("display.days")}
        options={[
          { id: "today", words: t("list.today"), testId: "days-today" },
          { id: "all", words: t("list.all"), testId: "days-all" },
        ]}
        chosen={allDays ? "all" : "today"}
        onChoose={(days) => onAllDays(days === "all")}
      />
      <Button
        icon={<RefreshCw aria-hidden />}
        disabled={refresh.busy}
        onClick={() => refresh.run(() => refreshWorklist())}
        data-testid="worklist-refresh"
      >
        {refresh.busy ? t("list.refreshing") : t("list.refresh")}
      </Button>
      {list ? <Age list={list} /> : null}
      {refresh.error ? <Notice level="caution">{refresh.error}</Notice> : null}
    </div>
  );
}

const FRESH_MS = 60_000;

function Age({ list }: { readonly list: Worklist }) {
  const now = useNow(10_000);
  const oldest = Math.min(...list.nodes.map(({ lastAnsweredAt }) => lastAnsweredAt ?? 0));
  // ageMs is as old as this answer of the box: the node's own time goes on with the clock.
  const ageMs = list.ageMs === null ? null : Math.max(list.ageMs, oldest > 0 ? now - oldest : 0);
  return (
    <div className={css.age} data-testid="worklist-age">
      <p>
        {ageMs === null ? t("list.never") : ageMs < FRESH_MS ? t("list.fresh") : t("list.age", { age: showAgo(ageMs) })}
      </p>
      {list.nodes.map(({ node, error, notice }) =>
        error === null && notice === null ? null : (
          <Notice key={node} level="notice">
            {error ?? notice}
          </Notice>
        ),
      )}
    </div>
  );
}
