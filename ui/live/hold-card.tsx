import { Send, Undo2, UserRoundSearch } from "lucide-react";
import { Trans } from "react-i18next";
import type { Procedure } from "../../src/api/schemas.ts";
import { changeProcedure } from "../api/actions.ts";
import { t } from "../i18n/i18n.ts";
import { shownReason } from "../i18n/said-by-box.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showCountdown } from "../lib/dates.ts";
import { nameInLine } from "../lib/names.ts";
import { useNow } from "../lib/now.ts";
import { go } from "../lib/route.ts";
import css from "./hold-card.module.css";

interface HoldCardProps {
  readonly procedure: Omit<Procedure, "captures">;
}

/** A completed procedure that has not left the box yet: how long it waits, send now, or go on with it. */
export function HoldCard({ procedure }: HoldCardProps) {
  const action = useAction();
  const { id, patient, releaseAt, discontinued } = procedure;
  const resume = async () => {
    if (await action.run(() => changeProcedure(id, "resume"))) go({ screen: "live" });
  };
  return (
    <section className={css.card} data-testid="hold-card" data-procedure-id={id}>
      <div className={css.words}>
        {patient ? (
          <p className={css.name}>
            <bdi>{nameInLine(patient.patientName) || t("patient.nameUnknown")}</bdi>
          </p>
        ) : null}
        {discontinued ? <p>{t("discontinue.done", { why: shownReason(discontinued) })}</p> : null}
        {patient ? <Countdown until={releaseAt} /> : <p>{t("hold.kept")}</p>}
        {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      </div>
      <Button icon={<Undo2 aria-hidden />} disabled={action.busy} onClick={resume} data-testid="resume">
        {t("hold.resume")}
      </Button>
      {patient ? (
        <Button
          look="primary"
          icon={<Send aria-hidden />}
          disabled={action.busy}
          onClick={() => action.run(() => changeProcedure(id, "release"))}
          data-testid="release-now"
        >
          {t("hold.sendNow")}
        </Button>
      ) : (
        <Button
          look="caution"
          icon={<UserRoundSearch aria-hidden />}
          onClick={() => go({ screen: "patient", assignTo: id })}
        >
          {t("patient.choose")}
        </Button>
      )}
    </section>
  );
}

function Countdown({ until }: { readonly until: number | null }) {
  const now = useNow(500);
  if (until === null || until <= now) return <p>{t("hold.soon")}</p>;
  return (
    <p>
      <Trans
        i18nKey="hold.sentIn"
        values={{ time: showCountdown(until - now) }}
        components={{ time: <time className={css.time} /> }}
      />
    </p>
  );
}
