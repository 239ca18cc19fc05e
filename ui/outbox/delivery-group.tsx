import { ChevronDown, ChevronUp, RotateCw } from "lucide-react";
import { useState } from "react";
import type { Delivery, ProcedureList } from "../../src/api/schemas.ts";
import { changeDelivery } from "../api/actions.ts";
import { useProcedure } from "../api/queries.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showTime } from "../lib/dates.ts";
import { nameInLine } from "../lib/names.ts";
import css from "./delivery-group.module.css";
import { DeliveryRow } from "./delivery-row.tsx";
import type { Cause, Counts, Group } from "./groups.ts";
import type { Step } from "./states.ts";

interface DeliveryGroupProps {
  readonly group: Group;
  /** The page holds only some of what the procedure has: no totals. */
  readonly isPart: boolean;
  /** From the list of procedures; one that is not in it is asked for by itself. */
  readonly known: ProcedureList["procedures"][number] | undefined;
  readonly onStory: (story: { readonly captureId: string; readonly whose: string }) => void;
}

/** One procedure's deliveries: how many are safe, what is in the way, and each of them on request. */
export function DeliveryGroup({ group, isPart, known, onStory }: DeliveryGroupProps) {
  const { procedureId, lines, counts, causes, waiting } = group;
  const [open, setOpen] = useState(false);
  const action = useAction();
  const asked = useProcedure(known === undefined ? procedureId : null).data;
  const procedure = known ?? asked;
  const name = nameInLine(procedure?.patient?.patientName ?? "") || t("patient.nameUnknown");
  const all = (step: Step, deliveries: readonly Delivery[]) => () =>
    action.run(async () => {
      for (const { id } of deliveries) await changeDelivery(id, step);
    });
  const total = counts.all === 0 ? t("outbox.onlyNews") : summaryOf(counts);
  return (
    <section className={css.group} data-testid="outbox-group" data-procedure-id={procedureId}>
      <header className={css.head}>
        <div className={css.words}>
          <h2 className={css.name}>
            <bdi>{procedure ? name : "…"}</bdi>
          </h2>
          <p className={css.sub}>
            {[isPart ? t("outbox.listed", { count: lines.length }) : total, procedure?.description]
              .filter(Boolean)
              .join(" · ")}
          </p>
          {isPart || counts.all === 0 ? null : <Bar counts={counts} />}
        </div>
        {waiting.length > 0 ? (
          <Button icon={<RotateCw aria-hidden />} disabled={action.busy} onClick={all("retry", waiting)}>
            {t("outbox.retryAll")}
          </Button>
        ) : null}
        <Button
          icon={open ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          data-testid="show-each"
        >
          {open ? t("outbox.hide") : t("outbox.show")}
        </Button>
      </header>
      {causes.map((cause) => (
        <CauseLine
          key={`${cause.needsPerson} ${cause.node} ${cause.reason}`}
          cause={cause}
          busy={action.busy}
          onSendAs={all("send-as", cause.deliveries)}
        />
      ))}
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      {open ? (
        <ol className={css.rows}>
          {lines.map((line) => (
            <DeliveryRow
              key={line.delivery.id}
              line={line}
              onStory={(captureId) => onStory({ captureId, whose: name })}
            />
          ))}
        </ol>
      ) : null}
    </section>
  );
}

/** How many are how far: what there is none of is left out. */
function summaryOf({ all, safe, found, sent, notKept, cancelled }: Counts): string {
  return [
    t("outbox.count.safe", { count: safe, all }),
    found > 0 ? t("outbox.count.found", { count: found }) : "",
    sent > 0 ? t("outbox.count.sent", { count: sent }) : "",
    notKept > 0 ? t("outbox.count.notKept", { count: notKept }) : "",
    cancelled > 0 ? t("outbox.count.cancelled", { count: cancelled }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** How much is proven, in green, and how much is only sent, in grey. */
function Bar({ counts: { all, safe, sent } }: { readonly counts: Counts }) {
  const width = (n: number) => ({ width: `${(100 * n) / all}%` });
  return (
    <div className={css.bar} aria-hidden>
      <span className={css.safe} style={width(safe)} />
      <span className={css.sent} style={width(sent)} />
    </div>
  );
}

interface CauseLineProps {
  readonly cause: Cause;
  readonly busy: boolean;
  readonly onSendAs: () => void;
}

/** One cause, said once for all that it concerns; what can be sent in another form is sent so with one tap. */
function CauseLine({ cause, busy, onSendAs }: CauseLineProps) {
  const { needsPerson, node, reason, deliveries, nextAttemptAt, otherEncoding } = cause;
  const notKept = deliveries[0]?.transfer === "stored";
  const state = notKept ? "notKept" : needsPerson ? "held" : "pending";
  return (
    <div className={css.cause}>
      <Notice level={needsPerson ? "caution" : "notice"}>
        <b>{t(`outbox.cause.${state}`, { count: deliveries.length, node })}</b> <bdi>{reason}</bdi>
        {nextAttemptAt === null ? null : ` (${t("outbox.nextTry", { time: showTime(nextAttemptAt) })})`}
      </Notice>
      {otherEncoding === null || deliveries.length < 2 ? null : (
        <Button disabled={busy} onClick={onSendAs} data-testid="send-all-as">
          {t("outbox.sendAllAs", { count: deliveries.length, encoding: otherEncoding })}
        </Button>
      )}
    </div>
  );
}
