import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { ProcedureList } from "../../src/api/schemas.ts";
import { useProcedures } from "../api/queries.ts";
import { t } from "../i18n/i18n.ts";
import { shownReason } from "../i18n/said-by-box.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { showBirth, showTime } from "../lib/dates.ts";
import { nameInLine } from "../lib/names.ts";
import { boxNow } from "../lib/now.ts";
import { go } from "../lib/route.ts";
import { byDay } from "./days.ts";
import css from "./history-screen.module.css";

const PAGE = 50;

/** Every procedure that is on this box, by day. */
export function HistoryScreen() {
  const [pages, setPages] = useState<readonly (string | undefined)[]>([undefined]);
  const before = pages.at(-1);
  const { data, error } = useProcedures({ ...(before === undefined ? {} : { before }), limit: PAGE });
  const days = byDay(data?.procedures ?? [], boxNow());
  const next = data?.next ?? null;
  return (
    <main className={css.screen}>
      <h1 className={css.title}>{t("history.title")}</h1>
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      {data === undefined && !error ? <p>{t("common.loading")}</p> : null}
      {data && days.length === 0 ? <p className={css.empty}>{t("history.empty")}</p> : null}
      {days.map(({ title, items }) => (
        <section key={title}>
          <h2 className={css.day}>{title}</h2>
          <ul className={css.rows}>
            {items.map((procedure) => (
              <li key={procedure.id}>
                <ProcedureRow procedure={procedure} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <div className={css.pages}>
        {pages.length > 1 ? <Button onClick={() => setPages(pages.slice(0, -1))}>{t("common.back")}</Button> : null}
        {next !== null ? <Button onClick={() => setPages([...pages, next])}>{t("common.more")}</Button> : null}
      </div>
    </main>
  );
}

function ProcedureRow({ procedure }: { readonly procedure: ProcedureList["procedures"][number] }) {
  const { id, patient, begunAt, description, laterality, state, temporaryIdentity, discontinued } = procedure;
  const name = patient ? nameInLine(patient.patientName) || t("patient.nameUnknown") : null;
  return (
    <button
      type="button"
      className={css.row}
      onClick={() => go({ screen: "history", procedureId: id })}
      data-testid="history-row"
      data-procedure-id={id}
    >
      <span className={css.time}>{showTime(begunAt)}</span>
      <span className={name === null ? css.nobody : css.name}>
        <bdi>{name ?? t("history.unassigned")}</bdi>
        {patient ? <small>{showBirth(patient.patientBirthDate, boxNow()) ?? t("patient.bornUnknown")}</small> : null}
        {temporaryIdentity ? <small className={css.temporary}>{t("patient.temporary")}</small> : null}
      </span>
      <span>
        <bdi>{description || t("patient.procedureUnknown")}</bdi>
        {laterality ? <small>{t(`side.${laterality}`)}</small> : null}
      </span>
      <span className={css.state}>
        {t(`history.state.${state}`)}
        {discontinued ? <small>{t("discontinue.done", { why: shownReason(discontinued) })}</small> : null}
      </span>
      <ChevronRight aria-hidden />
    </button>
  );
}
