import { ChevronDown, ChevronUp, RotateCw } from "lucide-react";
import { useState } from "react";
import { changeDelivery } from "../api/actions.ts";
import { useProcedure } from "../api/queries.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showTime } from "../lib/dates.ts";
import { nameInLine } from "../lib/names.ts";
import { words } from "../words.ts";
import css from "./delivery-group.module.css";
import { DeliveryRow } from "./delivery-row.tsx";
import type { Group } from "./groups.ts";

/** One procedure's deliveries: how many are sent, what is in the way, and each of them on request. */
export function DeliveryGroup({ group }: { readonly group: Group }) {
  const { procedureId, deliveries, stored, causes } = group;
  const [open, setOpen] = useState(false);
  const action = useAction();
  const procedure = useProcedure(procedureId).data;
  const name = nameInLine(procedure?.patient?.patientName ?? "") || words.patient.nameUnknown;
  const waiting = deliveries.filter(({ transfer }) => transfer === "held" || transfer === "pending");
  const retryAll = () =>
    action.run(async () => {
      for (const { id } of waiting) await changeDelivery(id, "retry");
    });
  return (
    <section className={css.group} data-testid="outbox-group" data-procedure-id={procedureId}>
      <header className={css.head}>
        <div className={css.words}>
          <h2 className={css.name}>
            <bdi>{procedure ? name : "…"}</bdi>
          </h2>
          <p className={css.sub}>
            {words.outbox.summary(stored, deliveries.length)}
            {procedure ? ` · ${procedure.description}` : ""}
          </p>
          <progress className={css.bar} value={stored} max={deliveries.length} aria-hidden />
        </div>
        {waiting.length > 0 ? (
          <Button icon={<RotateCw aria-hidden />} disabled={action.busy} onClick={retryAll}>
            {words.outbox.retryAll}
          </Button>
        ) : null}
        <Button
          icon={open ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? words.outbox.hide : words.outbox.show}
        </Button>
      </header>
      {causes.map(({ held, node, reason, count, nextAttemptAt }) => (
        <Notice key={`${held} ${node} ${reason}`} level={held ? "caution" : "notice"}>
          <b>
            {count} {held ? words.outbox.transfer.held : words.outbox.transfer.pending}
          </b>{" "}
          {words.outbox.to(node)}: {reason}
          {nextAttemptAt === null ? null : ` (${words.outbox.nextTry(showTime(nextAttemptAt))})`}
        </Notice>
      ))}
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      {open ? (
        <ol className={css.rows}>
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </ol>
      ) : null}
    </section>
  );
}
