import { Pause, Play } from "lucide-react";
import { useRef, useState } from "react";
import type { Capture } from "../../src/api/schemas.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { showDuration } from "../lib/dates.ts";
import { words } from "../words.ts";
import css from "./media.module.css";
import { titleOf } from "./progress.ts";

/** The stored bytes themselves, shown. */
export function Media({ capture }: { readonly capture: Capture }) {
  const [broken, setBroken] = useState(false);
  const src = `/api/captures/${encodeURIComponent(capture.id)}/media`;
  if (capture.state === "recording") return <Notice level="notice">{words.viewer.stillRecording}</Notice>;
  if (capture.state === "deleted") return <Notice level="notice">{words.viewer.gone}</Notice>;
  if (broken || capture.state === "failed") return <Notice level="caution">{words.viewer.broken}</Notice>;
  if (capture.kind === "clip") return <Player src={src} onBroken={() => setBroken(true)} />;
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

function Player({ src, onBroken }: { readonly src: string; readonly onBroken: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState({ seconds: 0, of: 0 });
  const look = () => {
    const { currentTime = 0, duration = 0 } = video.current ?? {};
    setAt({ seconds: currentTime, of: Number.isFinite(duration) ? duration : 0 });
  };
  const toggle = () => {
    if (playing) video.current?.pause();
    else void video.current?.play().catch(() => {});
  };
  return (
    <div className={css.player}>
      {/* biome-ignore lint/a11y/useMediaCaption: surgical video without speech */}
      <video
        ref={video}
        className={css.picture}
        src={src}
        preload="auto"
        playsInline
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={look}
        onLoadedMetadata={look}
        onDurationChange={look}
        onError={onBroken}
        data-testid="viewer-clip"
      />
      <div className={css.controls}>
        <Button icon={playing ? <Pause aria-hidden /> : <Play aria-hidden />} onClick={toggle}>
          {playing ? words.viewer.pause : words.viewer.play}
        </Button>
        <input
          className={css.position}
          type="range"
          aria-label={words.viewer.position}
          min={0}
          max={Math.max(at.of, 0.001)}
          step={0.01}
          value={at.seconds}
          onChange={(event) => {
            if (video.current) video.current.currentTime = Number(event.target.value);
          }}
        />
        <span className={css.time}>
          {showDuration(at.seconds * 1000)} / {showDuration(at.of * 1000)}
        </span>
      </div>
    </div>
  );
}
