import { type RefObject, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { Notice } from "../kit/notice.tsx";
import { dayOf, showDay } from "../lib/dates.ts";
import { words } from "../words.ts";
import css from "./media.module.css";
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
  const src = `/api/captures/${encodeURIComponent(capture.id)}/${capture.kind === "still" ? "picture" : "media"}`;
  if (capture.state === "recording") return <Instead level="notice" words={words.viewer.stillRecording} />;
  if (capture.state === "deleted") return <Instead level="notice" words={words.viewer.gone} />;
  if (capture.fileRemovedAt !== null) {
    const text = words.viewer.removed(standing, showDay(dayOf(capture.fileRemovedAt)));
    return <Instead level="notice" words={text} />;
  }
  if (broken || capture.state === "failed") return <Instead level="caution" words={words.viewer.broken} />;
  if (capture.kind === "clip") {
    return (
      // biome-ignore lint/a11y/useMediaCaption: surgical video without speech
      <video
        ref={video}
        className={css.picture}
        src={src}
        preload="auto"
        playsInline
        onError={() => setBroken(true)}
        data-testid="viewer-clip"
      />
    );
  }
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

function Instead({ level, words: text }: { readonly level: "notice" | "caution"; readonly words: string }) {
  return (
    <div className={css.instead}>
      <Notice level={level}>{text}</Notice>
    </div>
  );
}
