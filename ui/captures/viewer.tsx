import { ChevronLeft, ChevronRight, Trash2, X } from "lucide-react";
import { useRef, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { Button } from "../kit/button.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { showTimeWithSeconds } from "../lib/dates.ts";
import { words } from "../words.ts";
import { DeletionForm } from "./deletion-form.tsx";
import { Media } from "./media.tsx";
import { PlayerControls } from "./player-controls.tsx";
import { titleOf, wordOf } from "./progress.ts";
import css from "./viewer.module.css";

interface ViewerProps {
  readonly captures: readonly Capture[];
  readonly captureId: string;
  /** Why captures are held, by capture. */
  readonly reasons: ReadonlyMap<string, string>;
  /** What was released cannot be deleted any more. */
  readonly released: boolean;
  readonly onClose: () => void;
}

/** One capture large, the others one tap away, and the way to delete it with a reason. */
export function Viewer({ captures, captureId, reasons, released, onClose }: ViewerProps) {
  const [id, setId] = useState(captureId);
  const [deleting, setDeleting] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const ordered = captures.toSorted((a, b) => a.number - b.number);
  const at = ordered.findIndex((capture) => capture.id === id);
  const capture = ordered[at];
  if (!capture) return null;
  const show = (step: number) => () => setId(ordered[at + step]?.id ?? id);
  const why = [reasons.get(capture.id), capture.notice].filter(Boolean).join(" ");
  const shownAs = `${capture.id} ${capture.state}`;
  if (deleting) return <DeletionForm capture={capture} onKept={() => setDeleting(false)} onDeleted={onClose} />;
  return (
    <Sheet
      title={`${titleOf(capture)} · ${wordOf(capture.progress)}`}
      aside={`${words.viewer.of(at + 1, ordered.length)} · ${words.viewer.takenAt(showTimeWithSeconds(capture.pressedAt))}`}
      onClose={onClose}
      actions={
        <>
          <Button icon={<X aria-hidden />} onClick={onClose}>
            {words.close}
          </Button>
          {capture.kind === "clip" && capture.state === "saved" ? (
            <PlayerControls key={shownAs} video={video} />
          ) : (
            <span className={css.space} />
          )}
          {capture.state === "saved" && !released ? (
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
      <div className={css.stage}>
        <Button icon={<ChevronLeft aria-hidden />} disabled={at === 0} onClick={show(-1)}>
          {words.viewer.previous}
        </Button>
        <Media key={shownAs} capture={capture} video={video} />
        <Button icon={<ChevronRight aria-hidden />} disabled={at === ordered.length - 1} onClick={show(1)}>
          {words.viewer.next}
        </Button>
      </div>
      {why ? <p className={css.why}>{why}</p> : null}
    </Sheet>
  );
}
