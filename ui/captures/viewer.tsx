import { ChevronLeft, ChevronRight, Scissors, ScrollText, Trash2, X } from "lucide-react";
import { useRef, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { showDuration, showTimeWithSeconds } from "../lib/dates.ts";
import { StorySheet } from "../story/story-sheet.tsx";
import { ClipTools, marksOf } from "./clip-tools.tsx";
import { DeletionForm } from "./deletion-form.tsx";
import { Media } from "./media.tsx";
import { PlayerControls } from "./player-controls.tsx";
import { type DeliveryNotes, standingOf, titleOf, wordOf } from "./progress.ts";
import { remarksOf } from "./remarks.ts";
import css from "./viewer.module.css";

interface ViewerProps {
  readonly captures: readonly Capture[];
  readonly captureId: string;
  /** What their deliveries say. */
  readonly notes: DeliveryNotes;
  /** What was released cannot be deleted any more. */
  readonly released: boolean;
  readonly onClose: () => void;
}

/** One capture large, the others one tap away, and the way to delete it with a reason. */
export function Viewer({ captures, captureId, notes, released, onClose }: ViewerProps) {
  const [id, setId] = useState(captureId);
  const [over, setOver] = useState<"deletion" | "story" | "tools" | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  const ordered = captures.toSorted((a, b) => a.number - b.number);
  const at = ordered.findIndex((capture) => capture.id === id);
  const capture = ordered[at];
  if (!capture) return null;
  const show = (step: number) => () => setId(ordered[at + step]?.id ?? id);
  const { progress, isFound } = standingOf(capture, notes);
  const proof = isFound ? t("progress.queryMeans") : null;
  const remarks = remarksOf(capture).map((remark) => (/[.!?]$/.test(remark) ? remark : `${remark}.`));
  const why = [notes.reasons.get(capture.id), ...remarks, proof].filter(Boolean).join(" ");
  const marks = capture.markers.map(({ label, offsetMs }) =>
    [offsetMs === null ? "…" : showDuration(offsetMs), label].filter(Boolean).join(" "),
  );
  const isPlayable = capture.kind === "clip" && capture.state === "saved" && capture.fileRemovedAt === null;
  const shownAs = `${capture.id} ${capture.state}`;
  if (over === "deletion") return <DeletionForm capture={capture} onKept={() => setOver(null)} onDeleted={onClose} />;
  if (over === "tools" && isPlayable) {
    return <ClipTools clip={capture} standing={wordOf(progress, isFound)} onBack={() => setOver(null)} />;
  }
  if (over === "story") return <StorySheet captureId={capture.id} onClose={() => setOver(null)} />;
  return (
    <Sheet
      title={`${titleOf(capture)} · ${wordOf(progress, isFound)}`}
      aside={`${t("viewer.of", { at: at + 1, all: ordered.length })} · ${t("viewer.takenAt", { time: showTimeWithSeconds(capture.pressedAt) })}`}
      onClose={onClose}
      actions={
        <>
          <Button compact={isPlayable} icon={<X aria-hidden />} onClick={onClose}>
            {t("common.close")}
          </Button>
          {isPlayable ? (
            <>
              <PlayerControls key={shownAs} video={video} marks={marksOf(capture)} />
              <Button compact icon={<Scissors aria-hidden />} onClick={() => setOver("tools")} data-testid="clip-tools">
                {t("tools.button")}
              </Button>
            </>
          ) : (
            <span className={css.space} />
          )}
          <Button
            compact={isPlayable}
            icon={<ScrollText aria-hidden />}
            onClick={() => setOver("story")}
            data-testid="open-story"
          >
            {t("story.button")}
          </Button>
          {capture.state === "saved" && !released ? (
            <Button
              className={css.delete}
              compact={isPlayable}
              look="danger"
              icon={<Trash2 aria-hidden />}
              onClick={() => setOver("deletion")}
              data-testid="delete-capture"
            >
              {t("viewer.delete")}
            </Button>
          ) : null}
        </>
      }
    >
      <div className={css.stage}>
        <Button icon={<ChevronLeft aria-hidden />} disabled={at === 0} onClick={show(-1)}>
          {t("viewer.previous")}
        </Button>
        <Media key={shownAs} capture={capture} standing={wordOf(progress, isFound)} video={video} />
        <Button icon={<ChevronRight aria-hidden />} disabled={at === ordered.length - 1} onClick={show(1)}>
          {t("viewer.next")}
        </Button>
      </div>
      {marks.length > 0 || why ? (
        <p className={css.why}>
          {marks.length > 0 ? (
            <span className={css.marks} data-testid="viewer-marks">
              {t("viewer.marks", { list: marks.join(" · ") })}
            </span>
          ) : null}
          {why ? (
            <span data-testid="viewer-remarks" dir="auto">
              {why}
            </span>
          ) : null}
        </p>
      ) : null}
    </Sheet>
  );
}
