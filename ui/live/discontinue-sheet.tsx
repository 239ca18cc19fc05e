import { UserRoundSearch } from "lucide-react";
import type { Procedure } from "../../src/api/schemas.ts";
import { discontinueProcedure } from "../api/actions.ts";
import { useDiscontinuationReasons } from "../api/queries.ts";
import { countsOf } from "../captures/progress.ts";
import { t } from "../i18n/i18n.ts";
import { shownReason } from "../i18n/said-by-box.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { go } from "../lib/route.ts";
import css from "./discontinue-sheet.module.css";

interface DiscontinueSheetProps {
  readonly procedure: Procedure;
  readonly name: string;
  /** The procedure goes on. */
  readonly onKept: () => void;
  readonly onDone: () => void;
}

/** An archive ignores the pictures of a step that ends so (IHE RAD TF-2 4.7): a wrong pick is corrected, not discontinued. */
const WRONG_ENTRY = "110514";

/** One tap on a reason ends the procedure as not done; the way back is where the finger already is. */
export function DiscontinueSheet({ procedure, name, onKept, onDone }: DiscontinueSheetProps) {
  const action = useAction();
  const { data: reasons, error } = useDiscontinuationReasons();
  const { captures } = procedure;
  const { all } = countsOf(captures);
  const discontinue = (reasonCode: string) => async () => {
    if (await action.run(() => discontinueProcedure(procedure.id, reasonCode))) onDone();
  };
  return (
    <Sheet
      title={t("discontinue.title", { name })}
      onClose={onKept}
      actions={
        <>
          <Button look="primary" onClick={onKept} data-testid="discontinue-back">
            {t("discontinue.keep")}
          </Button>
          <p className={css.wrong}>{t("discontinue.wrongPatient")}</p>
          <Button
            icon={<UserRoundSearch aria-hidden />}
            onClick={() => go({ screen: "patient", assignTo: procedure.id })}
          >
            {t("history.otherPatient")}
          </Button>
        </>
      }
    >
      <p>{all === 0 ? t("discontinue.meansNothing") : t("discontinue.means", { count: all })}</p>
      {action.error || error ? <Notice level="caution">{action.error ?? error?.message}</Notice> : null}
      <div className={css.reasons}>
        {reasons
          ?.filter(({ codeValue }) => codeValue !== WRONG_ENTRY)
          .map((reason) => (
            <Button
              key={reason.codeValue}
              disabled={action.busy}
              onClick={discontinue(reason.codeValue)}
              data-testid="discontinue-reason"
              data-code={reason.codeValue}
            >
              {shownReason(reason)}
            </Button>
          ))}
      </div>
    </Sheet>
  );
}
