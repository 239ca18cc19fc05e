import { useState } from "react";
import type { Delivery } from "../../src/api/schemas.ts";
import { changeDelivery } from "../api/actions.ts";
import { titleOf } from "../captures/progress.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showTime } from "../lib/dates.ts";
import { showBytes, words } from "../words.ts";
import css from "./delivery-row.module.css";
import { stepsOf } from "./groups.ts";

/** One picture owed to one node. The cause and what to do come first; the peer's own words are under Details. */
export function DeliveryRow({ delivery }: { readonly delivery: Delivery }) {
  const { id, transfer, commitment, node, reason, attempts, nextAttemptAt } = delivery;
  const action = useAction();
  const [open, setOpen] = useState<"details" | "cancel" | null>(null);
  const title = titleOf({ kind: delivery.captureKind, number: delivery.captureNumber });
  const word = transfer === "stored" ? words.outbox.commitment[commitment] : words.outbox.transfer[transfer];
  const steps = stepsOf(delivery);
  const doStep = (step: "retry" | "hold" | "cancel") => () => {
    setOpen(null);
    void action.run(() => changeDelivery(id, step));
  };
  const tries = attempts > 0 ? words.outbox.tries(attempts) : null;
  const next = transfer === "pending" && nextAttemptAt !== null ? words.outbox.nextTry(showTime(nextAttemptAt)) : null;

  return (
    <li className={css.row} data-testid="delivery" data-delivery-id={id} data-transfer={transfer}>
      <div className={css.line}>
        <div className={css.words}>
          <p>
            <b>{title}</b> {words.outbox.to(node)} · <b className={css[transfer]}>{word}</b>
          </p>
          <p className={css.sub}>
            {reason ?? (transfer === "pending" ? words.outbox.noCause : "")} {[tries, next].filter(Boolean).join(", ")}
          </p>
        </div>
        {steps.includes("retry") ? (
          <Button disabled={action.busy} onClick={doStep("retry")}>
            {words.outbox.retry}
          </Button>
        ) : null}
        {steps.includes("hold") ? (
          <Button disabled={action.busy} onClick={doStep("hold")}>
            {words.outbox.hold}
          </Button>
        ) : null}
        <Button look="quiet" aria-expanded={open === "details"} onClick={() => setOpen(open ? null : "details")}>
          {words.outbox.details}
        </Button>
      </div>
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      {open === "details" ? (
        <div className={css.details} ref={showWhole}>
          <Details delivery={delivery} />
          {steps.includes("cancel") ? (
            <Button look="danger" onClick={() => setOpen("cancel")}>
              {words.outbox.cancel}…
            </Button>
          ) : null}
        </div>
      ) : null}
      {open === "cancel" ? (
        <fieldset className={css.cancel} ref={showWhole} aria-label={words.outbox.cancelTitle(title, node)}>
          <p className={css.words}>
            <b>{words.outbox.cancelTitle(title, node)}</b> {words.outbox.cancelMeans}
          </p>
          <Button look="primary" onClick={() => setOpen(null)}>
            {words.outbox.cancelNo}
          </Button>
          <Button look="danger" disabled={action.busy} onClick={doStep("cancel")}>
            {words.outbox.cancelYes}
          </Button>
        </fieldset>
      ) : null}
    </li>
  );
}

/** What was just opened is not left half under the edge. */
function showWhole(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

function Details({ delivery }: { readonly delivery: Delivery }) {
  const rows = [
    [words.outbox.peerWords, delivery.peerWords],
    [words.outbox.warning, delivery.warning],
    [words.outbox.instance, `${delivery.sopInstanceUid} (${showBytes(delivery.sizeBytes)})`],
  ] as const;
  return (
    <dl className={css.facts}>
      {rows.map(([label, value]) =>
        value ? (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
