import { Pause, Play } from "lucide-react";
import { type RefObject, useEffect, useState } from "react";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import slider from "../kit/slider.module.css";
import { showDuration } from "../lib/dates.ts";
import css from "./player-controls.module.css";

const NEWS = ["play", "pause", "ended", "timeupdate", "loadedmetadata", "durationchange"] as const;

interface PlayerControlsProps {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Playing times, ms, that were marked. */
  readonly marks: readonly number[];
}

/** Play, pause and where in the clip, large enough for a glove. */
export function PlayerControls({ video, marks }: PlayerControlsProps) {
  const [{ playing, seconds, of }, setState] = useState({ playing: false, seconds: 0, of: 0 });

  useEffect(() => {
    const player = video.current;
    if (!player) return;
    const look = () =>
      setState({
        playing: !player.paused,
        seconds: player.currentTime,
        of: Number.isFinite(player.duration) ? player.duration : 0,
      });
    look();
    for (const news of NEWS) player.addEventListener(news, look);
    return () => {
      for (const news of NEWS) player.removeEventListener(news, look);
    };
  }, [video]);

  const toggle = () => {
    if (playing) video.current?.pause();
    // Refused while the file is not there: the picture itself says so.
    else void video.current?.play().catch(() => {});
  };
  return (
    // Time goes from left to right, whichever way one reads.
    <div className={css.controls} dir="ltr">
      <Button compact icon={playing ? <Pause aria-hidden /> : <Play aria-hidden />} onClick={toggle} data-testid="play">
        {playing ? t("viewer.pause") : t("viewer.play")}
      </Button>
      <div className={css.track}>
        <input
          className={slider.position}
          type="range"
          aria-label={t("viewer.position")}
          min={0}
          max={Math.max(of, 0.001)}
          step={0.01}
          value={seconds}
          onChange={(event) => {
            if (video.current) video.current.currentTime = Number(event.target.value);
          }}
        />
        {of === 0
          ? null
          : marks.map((ms) => (
              <i
                key={ms}
                className={css.tick}
                style={{ left: `${(Math.min(1, ms / 1000 / of) * 100).toFixed(2)}%` }}
                data-testid="mark-tick"
                aria-hidden
              />
            ))}
        <span className={css.time}>
          {showDuration(seconds * 1000)} / {showDuration(of * 1000)}
        </span>
      </div>
    </div>
  );
}
