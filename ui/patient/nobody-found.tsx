import { Hospital } from "lucide-react";
import { type LookUp, refreshWorklist } from "../api/actions.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import css from "./worklist-view.module.css";

/** What was typed, as the hospital is asked for it: with a digit it is an ID, else a name. */
export function lookUpOf(search: string): LookUp {
  return /\d/.test(search) ? { patientId: search } : { patientName: search };
}

/** Why the list is empty; a patient who was searched for may be scheduled in another room. */
export function NobodyFound({ reason, search }: { readonly reason: string; readonly search: string }) {
  const action = useAction();
  return (
    <div className={css.nobody}>
      <p dir="auto">{reason}</p>
      {search === "" ? null : (
        <Button
          icon={<Hospital aria-hidden />}
          disabled={action.busy}
          onClick={() => action.run(() => refreshWorklist(lookUpOf(search)))}
          data-testid="look-up"
        >
          {action.busy ? t("list.lookingUp") : t("list.lookUp", { search })}
        </Button>
      )}
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
    </div>
  );
}
