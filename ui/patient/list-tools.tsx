import { RefreshCw, Search, X } from "lucide-react";
import type { Worklist } from "../../src/api/schemas.ts";
import { refreshWorklist } from "../api/actions.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
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
      <label className={css.search}>
        <Search aria-hidden />
        <span className="out-of-sight">{t("list.search")}</span>
        <input
          type="search"
          value={search}
          maxLength={64}
          placeholder={t("list.search")}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onSearch(event.target.value)}
          data-testid="worklist-search"
        />
        {search === "" ? null : (
          <button type="button" className={css.clear} aria-label={t("list.clear")} onClick={() => onSearch("")}>
            <X aria-hidden />
          </button>
        )}
      </label>
      <Button aria-pressed={!allDays} onClick={() => onAllDays(false)}>
        {t("list.today")}
      </Button>
      <Button aria-pressed={allDays} onClick={() => onAllDays(true)}>
        {t("list.all")}
      </Button>
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
