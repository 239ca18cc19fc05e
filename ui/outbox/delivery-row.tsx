import { useState } from "react";
import type { Delivery } from "../../src/api/schemas.ts";
import { changeDelivery } from "../api/actions.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showTime } from "../lib/dates.ts";
import { DeliveryDetails } from "./delivery-details.tsx";
import css from "./delivery-row.module.css";
import type { Line } from "./groups.ts";
import { StateWord } from "./state-word.tsx";
import { causeOf, deliveryStateOf, type Step, standsBy, stepsOf, subjectOf } from "./states.ts";

interface DeliveryRowProps {
  readonly line: Line;
  readonly onStory: (captureId: string) => void;
}

/** One thing owed to one node. The cause and what to do come first; the peer's own words are under Details. */
export function DeliveryRow({ line, onStory }: DeliveryRowProps) {
  const { delivery, replaced } = line;
  const { id, transfer, node, attempts, nextAttemptAt, otherEncoding, captureId } = delivery;
  const action = useAction();
  const [open, setOpen] = useState<"details" | "cancel" | null>(null);
  const subject = subjectOf(delivery);
  const state = deliveryStateOf(delivery);
  const steps = stepsOf(delivery);
  const doStep = (step: Step) => () => {
    setOpen(null);
    void action.run(() => changeDelivery(id, step));
  };
  const waits = transfer === "pending" && !standsBy(delivery);
  const tries = attempts > 1 && transfer !== "stored" ? t("outbox.tries", { count: attempts }) : null;
  const next = waits && nextAttemptAt !== null ? t("outbox.nextTry", { time: showTime(nextAttemptAt) }) : null;
  const sub = [causeOf(delivery), [tries, next].filter(Boolean).join(", ")].filter(Boolean).join(" · ");

  return (
    <li
      className={css.row}
      data-testid="delivery"
      data-delivery-id={id}
      data-kind={delivery.kind}
      data-transfer={transfer}
      data-commitment={delivery.commitment}
    >
      <div className={css.line}>
        <div className={css.words}>
          <p className={css.what}>
            <span>
              <b>{t("outbox.subjectTo", { what: subject, node })}</b>
            </span>
            <StateWord state={state} />
          </p>
          {delivery.sentAs === null ? null : (
            <p className={css.sub} data-testid="sent-as">
              {t("outbox.sentAs", { encoding: delivery.sentAs })}
            </p>
          )}
          {sub ? (
            <p className={css.sub}>
              <bdi>{sub}</bdi>
            </p>
          ) : null}
        </div>
        {steps.includes("send-as") && otherEncoding !== null ? (
          <Button className={css.sendAs} disabled={action.busy} onClick={doStep("send-as")} data-testid="send-as">
            {t("outbox.sendAs", { encoding: otherEncoding })}
          </Button>
        ) : null}
        {steps.includes("retry") ? (
          <Button disabled={action.busy} onClick={doStep("retry")} data-testid="retry">
            {transfer === "stored" ? t("outbox.sendAgain") : t("outbox.retry")}
          </Button>
        ) : null}
        {steps.includes("hold") ? (
          <Button disabled={action.busy} onClick={doStep("hold")}>
            {t("outbox.hold")}
          </Button>
        ) : null}
        {captureId === null ? null : (
          <Button look="quiet" onClick={() => onStory(captureId)} data-testid="open-story">
            {t("story.button")}
          </Button>
        )}
        <Button
          look="quiet"
          aria-expanded={open === "details"}
          onClick={() => setOpen(open ? null : "details")}
          data-testid="delivery-details"
        >
          {t("common.details")}
        </Button>
      </div>
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      {open === "details" ? (
        <div className={css.details} ref={showWhole}>
          <div className={css.words}>
            <DeliveryDetails delivery={delivery} />
            {replaced.length > 0 ? <Replaced deliveries={replaced} /> : null}
          </div>
          {steps.includes("cancel") ? (
            <Button look="danger" onClick={() => setOpen("cancel")}>
              {t("outbox.cancel")}
            </Button>
          ) : null}
        </div>
      ) : null}
      {open === "cancel" ? (
        <fieldset className={css.cancel} ref={showWhole} aria-label={t("outbox.cancelTitle", { what: subject, node })}>
          <p className={css.words}>
            <b>{t("outbox.cancelTitle", { what: subject, node })}</b>{" "}
            {captureId === null ? t("outbox.cancelStepMeans") : t("outbox.cancelMeans")}
          </p>
          <Button look="primary" onClick={() => setOpen(null)}>
            {t("outbox.cancelNo")}
          </Button>
          <Button look="danger" disabled={action.busy} onClick={doStep("cancel")}>
            {t("outbox.cancelYes")}
          </Button>
        </fieldset>
      ) : null}
    </li>
  );
}

/** What was tried before and not taken, under what goes instead. */
function Replaced({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  return (
    <ol className={css.replaced} data-testid="replaced">
      {deliveries.map((delivery) => (
        <li key={delivery.id}>
          <p>
            <b>
              {delivery.sentAs === null
                ? t("outbox.notTakenOriginal")
                : t("outbox.notTaken", { encoding: delivery.sentAs })}
            </b>{" "}
            {delivery.reason}
          </p>
          <DeliveryDetails delivery={delivery} />
        </li>
      ))}
    </ol>
  );
}

/** What was just opened is not left half under the edge. */
function showWhole(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}
