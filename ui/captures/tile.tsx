import {
  Archive,
  Ban,
  Check,
  CircleArrowUp,
  Clock,
  Disc,
  Flag,
  OctagonX,
  SearchCheck,
  Send,
  ShieldCheck,
  Trash2,
  TriangleAlert,
  Video,
} from "lucide-react";
import type { Capture } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { dayOf, showDay, showDuration } from "../lib/dates.ts";
import type { Press } from "../live/presses.ts";
import { type DeliveryNotes, type Progress, standingOf, titleOf, toneOf, wordOf } from "./progress.ts";
import { remarksOf } from "./remarks.ts";
import { Placed, Thumbnail } from "./thumbnail.tsx";
import css from "./tile.module.css";

const ICONS: Record<Progress, typeof Check> = {
  recording: Disc,
  "not-saved-yet": Clock,
  rescuing: Clock,
  saved: Check,
  sending: Send,
  sent: CircleArrowUp,
  safe: ShieldCheck,
  held: TriangleAlert,
  cancelled: Ban,
  failed: OctagonX,
  deleted: Trash2,
};

interface CaptureTileProps {
  readonly capture: Capture;
  /** What the deliveries of its procedure say. */
  readonly notes: DeliveryNotes;
  readonly onOpen: (capture: Capture) => void;
}

/** A capture small: its picture, its number, how far it has got in words. */
export function CaptureTile({ capture, notes, onOpen }: CaptureTileProps) {
  const { kind, durationMs, fileRemovedAt } = capture;
  const { progress, isFound } = standingOf(capture, notes);
  const Icon = isFound ? SearchCheck : ICONS[progress];
  const title = titleOf(capture);
  const removed = fileRemovedAt === null ? undefined : t("captures.removed", { day: showDay(dayOf(fileRemovedAt)) });
  const why =
    (progress === "held" ? notes.reasons.get(capture.id) : undefined) ??
    (progress === "not-saved-yet" ? t("captures.notSavedYet") : undefined) ??
    removed ??
    (remarksOf(capture).join(". ") || undefined);
  return (
    <button
      type="button"
      className={`${css.tile} ${css[isFound ? "weaker" : toneOf(progress)]}`}
      onClick={() => onOpen(capture)}
      data-testid="capture-item"
      data-capture-id={capture.id}
      data-progress={progress}
      aria-label={[title, wordOf(progress, isFound), why].filter(Boolean).join(", ")}
    >
      <span className={css.picture} data-theme="dark">
        {capture.state === "deleted" || capture.state === "failed" ? null : fileRemovedAt === null ? (
          <Thumbnail capture={capture} />
        ) : (
          <Archive className={css.removed} aria-hidden />
        )}
        <b className={css.number}>{capture.number}</b>
        {kind === "clip" ? (
          <span className={css.length}>
            <Video aria-hidden /> {durationMs === null ? null : showDuration(durationMs)}
          </span>
        ) : null}
        {capture.markers.length > 0 && why === undefined ? (
          <span className={css.marks} data-testid="tile-marks">
            <Flag aria-hidden /> {t("captures.marks", { count: capture.markers.length })}
          </span>
        ) : null}
        {why ? (
          <span className={css.why} data-cut data-testid="remarks">
            {why}
          </span>
        ) : null}
      </span>
      <span className={css.word}>
        <Icon aria-hidden /> {wordOf(progress, isFound)}
      </span>
    </button>
  );
}

/** A press on its way: what was on the glass, dimmed until the box has it. */
export function PressTile({ press }: { readonly press: Press }) {
  const late = press.state === "late";
  const word = late ? t("press.notYet") : t("press.saving");
  const title =
    press.kind === "still"
      ? t("captures.still", { number: press.number })
      : t("captures.clip", { number: press.number });
  return (
    <div
      className={`${css.tile} ${css.pressed} ${late ? css.failure : ""}`}
      data-testid="capture-item"
      data-progress={press.state}
      aria-label={`${title}, ${word}`}
      role="img"
    >
      <span className={css.picture} data-theme="dark">
        <Placed picture={press.picture} />
        <b className={css.number}>{press.number}</b>
      </span>
      <span className={css.word}>
        {late ? <OctagonX aria-hidden /> : <Clock aria-hidden />} {word}
      </span>
    </div>
  );
}
