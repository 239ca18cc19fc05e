import type { Capture } from "../../src/api/schemas.ts";
import { deleteCapture } from "../api/actions.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { words } from "../words.ts";
import css from "./deletion-form.module.css";
import { titleOf } from "./progress.ts";

interface DeletionFormProps {
  readonly capture: Capture;
  readonly onKept: () => void;
  readonly onDeleted: () => void;
}

/** One tap on a reason deletes; the way back is where the finger already is. */
export function DeletionForm({ capture, onKept, onDeleted }: DeletionFormProps) {
  const action = useAction();
  const remove = (reason: string) => async () => {
    if (await action.run(() => deleteCapture(capture.id, reason))) onDeleted();
  };
  return (
    <Sheet
      title={words.deletion.title(titleOf(capture))}
      onClose={onKept}
      actions={
        <Button look="primary" onClick={onKept}>
          {words.deletion.keep}
        </Button>
      }
    >
      <p>{words.deletion.warning}</p>
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      <div className={css.reasons}>
        {words.deletion.reasons.map((reason) => (
          <Button
            key={reason}
            look="danger"
            disabled={action.busy}
            onClick={remove(reason)}
            data-testid="delete-reason"
          >
            {reason}
          </Button>
        ))}
      </div>
    </Sheet>
  );
}
