import { ChevronLeft, ChevronRight, Trash2, X } from "lucide-react";
import { useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { Button } from "../kit/button.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { showTimeWithSeconds } from "../lib/dates.ts";
import { words } from "../words.ts";
import { DeletionForm } from "./deletion-form.tsx";
import { Media } from "./media.tsx";
import { titleOf, wordOf } from "./progress.ts";
import css from "./viewer.module.css";

interface ViewerProps {
  readonly captures: readonly Capture[];
  readonly captureId: string;
  readonly onClose: () => void;
}

/** One capture large, the others one tap away, and the way to delete it with a reason. */
export function Viewer({ captures, captureId, onClose }: ViewerProps) {
  const [id, setId] = useState(captureId);
  const [deleting, setDeleting] = useState(false);
  const ordered = captures.toSorted((a, b) => a.number - b.number);
  const at = ordered.findIndex((capture) => capture.id === id);
  const capture = ordered[at];
  if (!capture) return null;
  const show = (step: number) => () => setId(ordered[at + step]?.id ?? id);
  const deletable = capture.state === "saved";
  if (deleting) {
    return (
      <DeletionForm
        capture={capture}
        onKept={() => setDeleting(false)}
        onDeleted={() => {
          setDeleting(false);
          onClose();
        }}
      />
    );
  }
  return (
    <Sheet
      title={`${titleOf(capture)} · ${wordOf(capture.progress)}`}
      onClose={onClose}
      actions={
        <>
          <Button icon={<X aria-hidden />} onClick={onClose}>
            {words.close}
          </Button>
          <Button icon={<ChevronLeft aria-hidden />} disabled={at === 0} onClick={show(-1)}>
            {words.viewer.previous}
          </Button>
          <Button icon={<ChevronRight aria-hidden />} disabled={at === ordered.length - 1} onClick={show(1)}>
            {words.viewer.next}
          </Button>
          {deletable ? (
            <Button
              className={css.delete}
              look="danger"
              icon={<Trash2 aria-hidden />}
              onClick={() => setDeleting(true)}
              data-testid="delete-capture"
            >
              {words.viewer.delete}
            </Button>
          ) : null}
        </>
      }
    >
      <Media key={`${capture.id} ${capture.state}`} capture={capture} />
      <p className={css.caption}>
        <span>{words.viewer.of(at + 1, ordered.length)}</span>
        <span>{words.viewer.takenAt(showTimeWithSeconds(capture.pressedAt))}</span>
        {capture.notice ? <span>{capture.notice}</span> : null}
      </p>
    </Sheet>
  );
}
