import { CircleSlash } from "lucide-react";
import { useState } from "react";
import type { Procedure } from "../../src/api/schemas.ts";
import { changeProcedure } from "../api/actions.ts";
import { countsOf } from "../captures/progress.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { showList } from "../lib/amounts.ts";
import { nameInLine } from "../lib/names.ts";
import { go } from "../lib/route.ts";
import css from "./complete-sheet.module.css";
import { DiscontinueSheet } from "./discontinue-sheet.tsx";

interface CompleteSheetProps {
  readonly procedure: Procedure;
  readonly onClose: () => void;
}

/** Asks once, with the patient's name in the button: what is about to leave, and for whom. */
export function CompleteSheet({ procedure, onClose }: CompleteSheetProps) {
  const action = useAction();
  const [discontinuing, setDiscontinuing] = useState(false);
  const { patient, captures } = procedure;
  const { stills, clips, all } = countsOf(captures);
  const isRecording = captures.some(({ progress }) => progress === "recording");
  const name = patient ? nameInLine(patient.patientName) || t("patient.nameUnknown") : null;

  const complete = async () => {
    // The box ends what is being recorded: one that cannot be stopped keeps nobody from completing.
    if (await action.run(() => changeProcedure(procedure.id, "complete"))) onClose();
  };

  if (discontinuing && name !== null) {
    return (
      <DiscontinueSheet procedure={procedure} name={name} onKept={() => setDiscontinuing(false)} onDone={onClose} />
    );
  }
  return (
    <Sheet
      title={name === null ? t("complete.title") : t("complete.titleFor", { name })}
      onClose={onClose}
      topActions={
        name === null ? undefined : (
          <Button
            look="quiet"
            icon={<CircleSlash aria-hidden />}
            onClick={() => setDiscontinuing(true)}
            data-testid="discontinue"
          >
            {t("complete.discontinue")}
          </Button>
        )
      }
      actions={
        <>
          <Button onClick={onClose}>{t("complete.stay")}</Button>
          {name === null ? (
            <Button onClick={() => go({ screen: "patient", assignTo: procedure.id })}>{t("patient.choose")}</Button>
          ) : null}
          <Button
            className={css.confirm}
            look="primary"
            disabled={action.busy}
            onClick={complete}
            data-testid="complete-confirm"
          >
            {name === null ? t("complete.confirmWithout") : t("complete.confirm", { name })}
          </Button>
        </>
      }
    >
      <p>
        {all === 0
          ? t("complete.nothing")
          : showList([t("complete.stills", { count: stills }), t("complete.clips", { count: clips })])}
      </p>
      {isRecording ? <Notice level="notice">{t("complete.stopsRecording")}</Notice> : null}
      {name === null ? (
        <Notice level="caution">{t("complete.noPatient")}</Notice>
      ) : (
        <p className={css.quiet}>{t("complete.willSend")}</p>
      )}
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
    </Sheet>
  );
}
