import { UserRoundSearch } from "lucide-react";
import type { Procedure } from "../../src/api/schemas.ts";
import { discontinueProcedure } from "../api/actions.ts";
import { useDiscontinuationReasons } from "../api/queries.ts";
import { countsOf } from "../captures/progress.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { go } from "../lib/route.ts";
import { words } from "../words.ts";
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
  const discontinue = (reasonCode: string) => async () => {
    if (await action.run(() => discontinueProcedure(procedure.id, reasonCode))) onDone();
  };
  return (
    <Sheet
      title={words.discontinue.title(name)}
      onClose={onKept}
      actions={
        <>
          <Button look="primary" onClick={onKept} data-testid="discontinue-back">
            {words.discontinue.keep}
          </Button>
          <p className={css.wrong}>{words.discontinue.wrongPatient}</p>
          <Button
            icon={<UserRoundSearch aria-hidden />}
            onClick={() => go({ screen: "patient", assignTo: procedure.id })}
          >
            {words.history.otherPatient}
          </Button>
        </>
      }
    >
      <p>{words.discontinue.means(countsOf(captures).all)}</p>
      {action.error || error ? <Notice level="caution">{action.error ?? error?.message}</Notice> : null}
      <div className={css.reasons}>
        {reasons
          ?.filter(({ codeValue }) => codeValue !== WRONG_ENTRY)
          .map(({ codeValue, codeMeaning }) => (
            <Button
              key={codeValue}
              disabled={action.busy}
              onClick={discontinue(codeValue)}
              data-testid="discontinue-reason"
              data-code={codeValue}
            >
              {codeMeaning}
            </Button>
          ))}
      </div>
    </Sheet>
  );
}
