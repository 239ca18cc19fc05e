import { Footprints, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Trigger } from "../../src/api/schemas.ts";
import { cancelLearning, forgetTrigger, learnTrigger } from "../api/actions.ts";
import { useTriggers } from "../api/queries.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import css from "./triggers-section.module.css";

const ACTIONS = ["still", "clip", "keep-last", "marker"] as const;

/** The pedals and buttons that were learned; another is learned by pressing it. */
export function TriggersSection() {
  const { data, error } = useTriggers();
  const learning = useAction();
  const [wanted, setWanted] = useState<Trigger["action"] | null>(null);
  if (data !== undefined && !data.enabled) return null;
  const learn = (action: Trigger["action"]): void => {
    setWanted(action);
    void learning.run(() => learnTrigger(action));
  };
  return (
    <section className={css.section} aria-label={t("triggers.title")} data-testid="triggers">
      <h2 className={css.title}>{t("triggers.title")}</h2>
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      {data?.problems.map((problem) => (
        <Notice key={problem} level="caution">
          {problem}
        </Notice>
      ))}
      {data?.triggers.length === 0 ? <p className={css.quiet}>{t("triggers.empty")}</p> : null}
      <ul className={css.list}>
        {data?.triggers.map((trigger) => (
          <TriggerRow key={trigger.id} trigger={trigger} />
        ))}
      </ul>
      {learning.busy && wanted !== null ? (
        <div className={css.row}>
          <p className={css.now} role="status">
            <Footprints aria-hidden /> {t("triggers.pressNow", { action: t(`triggers.action.${wanted}`) })}
          </p>
          <Button onClick={() => void cancelLearning()} data-testid="cancel-learning">
            {t("common.cancel")}
          </Button>
        </div>
      ) : (
        <div className={css.row}>
          <p className={css.quiet}>{t("triggers.learn")}</p>
          {ACTIONS.map((action) => (
            <Button key={action} onClick={() => learn(action)} data-testid={`learn-${action}`}>
              {t(`triggers.action.${action}`)}
            </Button>
          ))}
        </div>
      )}
      {learning.error ? <Notice level="notice">{learning.error}</Notice> : null}
    </section>
  );
}

function TriggerRow({ trigger }: { readonly trigger: Trigger }) {
  const { id, action, deviceName, key, press, sourceId, isConnected, presses } = trigger;
  const forgetting = useAction();
  return (
    <li className={css.row} data-testid="trigger">
      <div className={css.what}>
        <p>
          <b>{t(`triggers.action.${action}`)}</b>
          {sourceId === null ? null : ` · ${sourceId}`}
        </p>
        <p className={css.quiet}>
          {isConnected ? null : <TriangleAlert aria-hidden />}{" "}
          {t(press === "long" ? "triggers.byLong" : "triggers.by", { device: deviceName, key })}{" "}
          {isConnected ? t("triggers.pressed", { count: presses }) : t("triggers.missing")}
        </p>
        {forgetting.error ? <Notice level="caution">{forgetting.error}</Notice> : null}
      </div>
      <Button
        disabled={forgetting.busy}
        onClick={() => void forgetting.run(() => forgetTrigger(id))}
        data-testid="forget-trigger"
      >
        {t("triggers.forget")}
      </Button>
    </li>
  );
}
