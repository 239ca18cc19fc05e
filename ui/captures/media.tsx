import { type RefObject, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { addressOf } from "../api/transport.ts";
import { t } from "../i18n/i18n.ts";
import { Notice } from "../kit/notice.tsx";
import { dayOf, showDay } from "../lib/dates.ts";
import css from "./media.module.css";
import { usePlayable } from "./playable.ts";
import { titleOf } from "./progress.ts";

interface MediaProps {
  readonly capture: Capture;
  /** How far it is, in words. */
  readonly standing: string;
  readonly video: RefObject<HTMLVideoElement | null>;
}

/** The stored picture itself, shown; or in words why there are none to show. */
export function Media({ capture, standing, video }: MediaProps) {
  const [broken, setBroken] = useState(false);
  // A still may be stored in a form that no browser shows.
  const src = addressOf(`captures/${encodeURIComponent(capture.id)}/picture`);
  if (capture.progress === "not-saved-yet") return <Instead level="caution" words={t("viewer.notSavedYet")} />;
  if (capture.progress === "rescuing") return <Instead level="notice" words={t("viewer.rescuing")} />;
  if (capture.progress === "recording") return <Instead level="notice" words={t("viewer.stillRecording")} />;
  if (capture.state === "deleted") return <Instead level="notice" words={t("viewer.gone")} />;
  if (capture.fileRemovedAt !== null) {
    const text = t("viewer.removed", { progress: standing, day: showDay(dayOf(capture.fileRemovedAt)) });
    return <Instead level="notice" words={text} />;
  }
  if (broken || capture.progress === "failed") return <Instead level="caution" words={t("viewer.broken")} />;
  if (capture.kind === "clip") return <Clip capture={capture} video={video} onBroken={() => setBroken(true)} />;
  return (
    <img
      className={css.picture}
      src={src}
      alt={titleOf(capture)}
      draggable={false}
      onError={() => setBroken(true)}
      data-testid="viewer-still"
    />
  );
}

interface ClipProps extends Pick<MediaProps, "capture" | "video"> {
  readonly onBroken: () => void;
}

/** The clip, or the copy of it that this screen plays, or why there is none yet. */
function Clip({ capture, video, onBroken }: ClipProps) {
  const { src, isCopy, told, refuse } = usePlayable(capture);
  const note =
    told ?? (isCopy ? t("viewer.copyShown", { size: `${capture.width ?? "?"}×${capture.height ?? "?"}` }) : null);
  return (
    <div className={css.player}>
      {/* biome-ignore lint/a11y/useMediaCaption: surgical video without speech */}
      <video
        ref={video}
        className={css.picture}
        src={src ?? undefined}
        preload="auto"
        playsInline
        onError={() => (capture.codec === "hevc" && !isCopy ? refuse() : onBroken())}
        data-testid="viewer-clip"
      />
      {note === null ? null : (
        <p className={css.note} data-theme="dark" data-testid="viewer-copy">
          {note}
        </p>
      )}
    </div>
  );
}

function Instead({ level, words: text }: { readonly level: "notice" | "caution"; readonly words: string }) {
  return (
    <div className={css.instead}>
      <Notice level={level}>{text}</Notice>
    </div>
  );
}
