import type { Capture } from "../../src/api/schemas.ts";
import { deleteCapture } from "../api/actions.ts";
import { t } from "../i18n/i18n.ts";
import { en } from "../i18n/locales/en/en.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import css from "./deletion-form.module.css";

const REASONS = ["blurred", "test", "wrongPatient", "patientRefused", "other"] as const;

interface DeletionFormProps {
  readonly capture: Capture;
  readonly onKept: () => void;
  readonly onDeleted: () => void;
}

/** One tap on a reason deletes; the way back is where the finger already is. */
export function DeletionForm({ capture, onKept, onDeleted }: DeletionFormProps) {
  const action = useAction();
  // The audit is in one language, whoever pressed.
  const remove = (reason: string) => async () => {
    if (await action.run(() => deleteCapture(capture.id, reason))) onDeleted();
  };
  return (
    <Sheet
      title={t(`deletion.title.${capture.kind}`, { number: capture.number })}
      onClose={onKept}
      actions={
        <Button look="primary" onClick={onKept}>
          {t("deletion.keep")}
        </Button>
      }
    >
      <p>{t("deletion.warning")}</p>
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      <div className={css.reasons}>
        {REASONS.map((reason) => (
          <Button
            key={reason}
            look="danger"
            disabled={action.busy}
            onClick={remove(en.deletion.reason[reason])}
            data-testid="delete-reason"
          >
            {t(`deletion.reason.${reason}`)}
          </Button>
        ))}
      </div>
    </Sheet>
  );
}
