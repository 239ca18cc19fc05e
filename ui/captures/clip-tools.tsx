import { Camera, ChevronLeft, ChevronRight, CircleCheck, Flag, Scissors, Undo2 } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { cutClip, stillOfClip } from "../api/actions.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { showDuration } from "../lib/dates.ts";
import { sound } from "../lib/sounds.ts";
import { uuid } from "../lib/uuid.ts";
import css from "./clip-tools.module.css";
import { Media } from "./media.tsx";
import { PlayerControls } from "./player-controls.tsx";
import { titleOf } from "./progress.ts";

/** What was made is said over the picture, and then lies in the tray. */
const SAID_MS = 8000;

interface ClipToolsProps {
  readonly clip: Capture;
  readonly standing: string;
  readonly onBack: () => void;
}

/** A stretch or a picture of a finished clip as a capture of its own; the clip stays as it is. */
export function ClipTools({ clip, standing, onBack }: ClipToolsProps) {
  const video = useRef<HTMLVideoElement>(null);
  const shownMs = useShownMoment(video);
  const [fromMs, setFrom] = useState(0);
  const [chosenToMs, setTo] = useState<number>();
  const endMs = usePlayingMs(video) ?? clip.durationMs ?? 0;
  const toMs = chosenToMs ?? endMs;
  const [made, setMade] = useState<Capture>();
  const action = useAction();
  useEffect(() => {
    if (!made) return;
    const timer = setTimeout(() => setMade(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [made]);
  const frameMs = (clip.durationMs ?? 0) / Math.max(1, clip.frames ?? 1);

  const seek = (ms: number): void => {
    const player = video.current;
    if (!player) return;
    player.pause();
    // The middle of the frame: its edges may be rounded to its neighbours.
    player.currentTime = Math.min(Math.max(0, ms + frameMs / 2), Math.max(0, endMs - 1)) / 1000;
  };
  const make = (work: (key: string) => Promise<Capture>) => async (): Promise<void> => {
    video.current?.pause();
    setMade(undefined);
    const key = uuid();
    const done = await action.run(async () => setMade(await work(key)));
    sound(done ? "saved" : "failed");
  };
  const next = clip.markers.find(({ offsetMs }) => offsetMs !== null && offsetMs > shownMs() + frameMs)?.offsetMs;
  return (
    <Sheet
      title={`${titleOf(clip)} · ${t("tools.range", { from: showMoment(fromMs), to: showMoment(toMs) })}`}
      aside={action.busy ? t("tools.working") : t("tools.means")}
      onClose={onBack}
      actions={
        <>
          <Button compact icon={<Undo2 aria-hidden />} onClick={onBack} data-testid="clip-tools-back">
            {t("common.back")}
          </Button>
          <PlayerControls video={video} marks={marksOf(clip)} />
          <div className={css.steps} dir="ltr">
            <Button
              icon={<ChevronLeft aria-hidden />}
              aria-label={t("tools.stepBack")}
              onClick={() => seek(shownMs() - frameMs)}
              data-testid="step-back"
            />
            <Button
              icon={<ChevronRight aria-hidden />}
              aria-label={t("tools.stepOn")}
              onClick={() => seek(shownMs() + frameMs)}
              data-testid="step-on"
            />
          </div>
          {clip.markers.length > 0 ? (
            <Button
              icon={<Flag aria-hidden />}
              aria-label={t("tools.nextMark")}
              onClick={() => seek(next ?? clip.markers[0]?.offsetMs ?? 0)}
              data-testid="next-mark"
            />
          ) : null}
        </>
      }
    >
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      <div className={css.stage}>
        <div className={css.column}>
          <Button onClick={() => setFrom(Math.round(shownMs()))} data-testid="cut-from">
            {t("tools.from")}
          </Button>
          <Button onClick={() => setTo(Math.round(shownMs() + frameMs))} data-testid="cut-to">
            {t("tools.to")}
          </Button>
        </div>
        <Media capture={clip} standing={standing} video={video} />
        {made ? (
          <p className={css.made} data-theme="dark" role="status" data-testid="clip-tools-made">
            <CircleCheck aria-hidden />
            <span>
              {t(`captures.saved.${made.kind}`, { number: made.number })}
              {made.notice === null ? null : `. ${made.notice}`}
            </span>
          </p>
        ) : null}
        <div className={css.column}>
          <Button
            icon={<Camera aria-hidden />}
            disabled={action.busy}
            onClick={make((key) => stillOfClip(clip.id, Math.round(shownMs()), key))}
            data-testid="still-of-clip"
          >
            {t("tools.still")}
          </Button>
          <Button
            icon={<Scissors aria-hidden />}
            disabled={action.busy || fromMs >= toMs}
            onClick={make((key) => cutClip(clip.id, { fromMs, toMs }, key))}
            data-testid="cut"
          >
            {t("tools.cut")}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}

/** Playing times at which the clip was marked, ms. */
export function marksOf({ markers }: Capture): readonly number[] {
  return markers.flatMap(({ offsetMs }) => (offsetMs === null ? [] : [offsetMs]));
}

/** `0:12.4`. */
function showMoment(ms: number): string {
  return `${showDuration(ms)}.${Math.floor((ms % 1000) / 100)}`;
}

/** How long the player plays, ms: a clip with a gap plays for longer than its frames are many. undefined: not known yet. */
function usePlayingMs(video: RefObject<HTMLVideoElement | null>): number | undefined {
  const [ms, setMs] = useState<number>();
  useEffect(() => {
    const player = video.current;
    if (!player) return;
    const look = (): void => setMs(Number.isFinite(player.duration) ? Math.round(player.duration * 1000) : undefined);
    look();
    player.addEventListener("durationchange", look);
    return () => player.removeEventListener("durationchange", look);
  }, [video]);
  return ms;
}

/** When the frame plays that is on the glass, ms: what is kept is that one, not the one that comes next. */
function useShownMoment(video: RefObject<HTMLVideoElement | null>): () => number {
  const shown = useRef<number>(undefined);
  useEffect(() => {
    const player = video.current;
    if (!player) return;
    let handle = 0;
    const look = (_now: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      shown.current = mediaTime * 1000;
      handle = player.requestVideoFrameCallback(look);
    };
    handle = player.requestVideoFrameCallback(look);
    return () => player.cancelVideoFrameCallback(handle);
  }, [video]);
  return () => shown.current ?? 0;
}
