import { Siren, UserRoundX } from "lucide-react";
import type { Procedure, Worklist, WorklistEntry } from "../../src/api/schemas.ts";
import type { Loaded } from "../api/use-answer.ts";
import { countsOf } from "../captures/progress.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import type { Action } from "../kit/use-action.ts";
import { go } from "../lib/route.ts";
import { byTime } from "./entry.ts";
import { ListTools } from "./list-tools.tsx";
import { NobodyFound } from "./nobody-found.tsx";
import { WorklistRow } from "./worklist-row.tsx";
import css from "./worklist-view.module.css";

interface WorklistViewProps {
  readonly list: Loaded<Worklist>;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly allDays: boolean;
  readonly onAllDays: (all: boolean) => void;
  /** Pictures wait for the patient chosen here. */
  readonly target: Procedure | undefined;
  /** A procedure with its patient is open: nobody else can be chosen. */
  readonly busy: boolean;
  readonly action: Action;
  readonly onTap: (entry: WorklistEntry) => void;
  readonly onEmergency: () => void;
}

export function WorklistView(props: WorklistViewProps) {
  const { list, search, onSearch, allDays, onAllDays, target, busy, action, onTap, onEmergency } = props;
  const { data, error } = list;
  const entries = byTime(data?.entries ?? []);
  return (
    <main className={css.screen}>
      <h1 className={target ? css.title : "out-of-sight"}>
        {target ? t("list.assignTitle", { count: countsOf(target.captures).all }) : t("list.title")}
      </h1>
      <ListTools list={data} search={search} onSearch={onSearch} allDays={allDays} onAllDays={onAllDays} />
      {busy ? <Notice level="caution">{t("list.busy")}</Notice> : null}
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      {/* It scrolls, and keys must reach it where no row can be chosen. */}
      <ul className={css.rows} tabIndex={busy ? 0 : undefined}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <WorklistRow entry={entry} withDate={allDays} disabled={busy} onTap={() => onTap(entry)} />
          </li>
        ))}
        {data && data.total > entries.length ? (
          <li className={css.more}>{t("list.more", { shown: entries.length, total: data.total })}</li>
        ) : null}
        {data === undefined && !error ? <li className={css.more}>{t("common.loading")}</li> : null}
        {data && entries.length === 0 ? (
          <li className={css.empty}>
            <NobodyFound reason={data.emptyReason ?? t("list.nobody")} search={search.trim()} />
          </li>
        ) : null}
      </ul>
      {target || busy ? null : (
        <div className={css.others}>
          <Button icon={<Siren aria-hidden />} disabled={action.busy} onClick={onEmergency} data-testid="emergency">
            {t("list.emergency")}
            <small>{t("list.emergencyMeans")}</small>
          </Button>
          <Button icon={<UserRoundX aria-hidden />} onClick={() => go({ screen: "live" })}>
            {t("list.without")}
          </Button>
        </div>
      )}
    </main>
  );
}
