import { Camera, ChevronLeft, ChevronRight, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { FrameId, LookBack, SourceState } from "../../src/api/schemas.ts";
import { letGo, lookBack, lookBackPicture } from "../api/actions.ts";
import { ApiError } from "../api/client.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import slider from "../kit/slider.module.css";
import { showDecimal } from "../lib/amounts.ts";
import { useNow } from "../lib/now.ts";
import css from "./look-back.module.css";
import { isRecorded, secondsBefore, seqBeside, seqNear } from "./look-back-steps.ts";
import { smallCopyOf } from "./small-copy.ts";

interface LookBackSheetProps {
  readonly source: SourceState;
  readonly onKeep: (frame: FrameId, picture: HTMLCanvasElement | undefined) => void;
  readonly onClose: () => void;
}

/** The last pictures, to find the one that was meant. What is on the glass is what is kept, never the one still loading. */
export function LookBackSheet({ source, onKeep, onClose }: LookBackSheetProps) {
  const [held, setHeld] = useState<LookBack>();
  const [refused, setRefused] = useState<string>();
  const [asked, setAsked] = useState(0);
  const { id } = source;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a person asks again
  useEffect(() => {
    let gone = false;
    let hold: string | undefined;
    const free = (): void => {
      if (hold !== undefined) void letGo(id, hold).catch(() => {});
    };
    setHeld(undefined);
    setRefused(undefined);
    lookBack(id)
      .then((found) => {
        hold = found.holdId;
        if (gone) free();
        else setHeld(found);
      })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (!gone) setRefused(error.message);
      });
    return () => {
      gone = true;
      free();
    };
  }, [id, asked]);

  const lapsed = useNow(500) > (held?.expiresAt ?? Number.POSITIVE_INFINITY);
  const problem = refused ?? (lapsed ? t("lookBack.lapsed") : undefined);
  if (held === undefined || problem !== undefined) {
    return (
      <Sheet
        title={t("lookBack.title")}
        onClose={onClose}
        actions={
          <>
            <Button icon={<X aria-hidden />} onClick={onClose}>
              {t("common.close")}
            </Button>
            {problem === undefined ? null : (
              <Button onClick={() => setAsked((count) => count + 1)}>{t("lookBack.again")}</Button>
            )}
          </>
        }
      >
        {problem === undefined ? <p>{t("common.loading")}</p> : <Notice level="caution">{problem}</Notice>}
      </Sheet>
    );
  }
  return <Scrubber key={held.holdId} source={source} held={held} onKeep={onKeep} onClose={onClose} />;
}

function Scrubber({ source, held, onKeep, onClose }: LookBackSheetProps & { readonly held: LookBack }) {
  const [oldest, newest] = [held.seqs[0] ?? 0, held.seqs.at(-1) ?? 0];
  const [wanted, setWanted] = useState(newest);
  const picture = useRef<HTMLImageElement>(null);
  /** One picture is loaded at a time: the finger is quicker than the box. */
  const [loading, setLoading] = useState<number | null>(newest);
  const [shown, setShown] = useState<number | null>(null);
  const [missing, setMissing] = useState(false);
  const seq = loading ?? shown ?? wanted;

  useEffect(() => {
    if (loading === null && shown !== wanted) setLoading(wanted);
  }, [loading, shown, wanted]);

  const done = (isHere: boolean) => () => {
    setMissing(!isHere);
    setShown(seq);
    setLoading(null);
  };
  const keep = (): void => {
    if (shown === null || missing || loading !== null) return;
    const small = picture.current ? smallCopyOf(picture.current) : undefined;
    onKeep({ source: source.id, epoch: held.epoch, seq: shown }, small);
  };
  const move = (by: number) => () => setWanted((now) => seqBeside(held, now, by));
  const ago = secondsBefore(held, wanted, source.fps);
  const when = ago === "0.0" ? t("lookBack.now") : t("lookBack.ago", { seconds: showDecimal(Number(ago)) });
  const isFromRecording = isRecorded(held, wanted);
  return (
    <Sheet
      title={t("lookBack.title")}
      aside={isFromRecording ? `${when} · ${t("lookBack.recorded")}` : when}
      onClose={onClose}
      actions={
        <>
          <Button compact icon={<X aria-hidden />} onClick={onClose} data-testid="look-back-close">
            {t("common.close")}
          </Button>
          {/* Time goes from left to right, whichever way one reads. */}
          <div className={css.time} dir="ltr">
            <Button
              icon={<ChevronLeft aria-hidden />}
              aria-label={t("lookBack.earlier")}
              disabled={wanted === oldest}
              onClick={move(-1)}
              data-testid="look-back-earlier"
            />
            <input
              className={slider.position}
              type="range"
              aria-label={t("lookBack.position")}
              data-testid="look-back-position"
              min={oldest}
              max={newest}
              step={1}
              value={wanted}
              onChange={(event) => setWanted(seqNear(held, Number(event.target.value)))}
            />
            <Button
              icon={<ChevronRight aria-hidden />}
              aria-label={t("lookBack.later")}
              disabled={wanted === newest}
              onClick={move(1)}
              data-testid="look-back-later"
            />
          </div>
          <Button
            look="primary"
            icon={<Camera aria-hidden />}
            disabled={shown === null || missing || loading !== null}
            onClick={keep}
            data-testid="look-back-keep"
          >
            {t("lookBack.keep")}
          </Button>
        </>
      }
    >
      {missing ? <Notice level="caution">{t("lookBack.unreadable")}</Notice> : null}
      <img
        ref={picture}
        className={css.picture}
        src={lookBackPicture(source.id, held.epoch, seq)}
        alt={when}
        draggable={false}
        onLoad={done(true)}
        onError={done(false)}
        data-testid="look-back-picture"
        data-seq={loading === null && !missing ? shown : ""}
      />
    </Sheet>
  );
}
