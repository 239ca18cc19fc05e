import { CircleCheck, HardDrive, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import type { Capture, FrameId, Health, Procedure } from "../../src/api/schemas.ts";
import { setMarker, stopClip } from "../api/actions.ts";
import { useLink } from "../api/events.ts";
import { useSources } from "../api/queries.ts";
import { useDeliveryNotes } from "../captures/use-delivery-notes.ts";
import { Viewer } from "../captures/viewer.tsx";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showBytes } from "../lib/amounts.ts";
import { sound } from "../lib/sounds.ts";
import { useStore } from "../lib/store.ts";
import { CaptureButton } from "./capture-button.tsx";
import { CompleteSheet } from "./complete-sheet.tsx";
import controls from "./controls.module.css";
import { diskLevel, usedPercent } from "./disk.ts";
import { LastProcedure } from "./last-procedure.tsx";
import { LivePicture } from "./live-picture.tsx";
import css from "./live-screen.module.css";
import { canCapture, liveState } from "./live-state.ts";
import { LookBackSheet } from "./look-back-sheet.tsx";
import { remembersPictures } from "./look-back-steps.ts";
import { NotSavedBar } from "./not-saved-bar.tsx";
import { usePicture } from "./picture.ts";
import { KEEP_LAST_S, PressTools } from "./press-tools.tsx";
import { noteRecording, press, presses } from "./presses.ts";
import { RecordButton } from "./record-button.tsx";
import { runningClip } from "./running-clip.ts";
import { smallCopy } from "./small-copy.ts";
import { SourceChoice } from "./source-choice.tsx";
import { isStillSo } from "./stop-notice.ts";
import { Tray } from "./tray.tsx";
import { nextNumber } from "./tray-items.ts";

interface LiveScreenProps {
  readonly procedure: Procedure | undefined;
  readonly health: Health | undefined;
}

/** The picture, the two buttons, and what has been kept. CAPTURE and RECORD stay outside of every sheet. */
export function LiveScreen({ procedure, health }: LiveScreenProps) {
  const sources = useSources().data;
  const [chosen, setChosen] = useState<string>();
  const source = sources?.find(({ id }) => id === chosen) ?? sources?.[0];
  const picture = usePicture(source?.id);
  const state = liveState({
    ...picture,
    link: useLink(),
    source: sources === undefined ? undefined : (source ?? null),
  });
  const [sheet, setSheet] = useState<"complete" | "look-back" | { readonly captureId: string } | null>(null);
  // Completing that outlasts its answer: the next patient is not asked about.
  // biome-ignore lint/correctness/useExhaustiveDependencies: of that procedure
  useEffect(() => setSheet((shown) => (shown === "complete" ? null : shown)), [procedure?.id]);
  const [flash, setFlash] = useState(0);
  const stopping = useAction();
  const [lastStop, setLastStop] = useState({ captureId: "", procedureId: procedure?.id });
  const marking = useAction();

  const captures = procedure?.captures ?? [];
  const notes = useDeliveryNotes(procedure);
  const pressed = useStore(presses);
  useEffect(() => noteRecording(sources?.flatMap((one) => one.recordingCaptureId ?? []) ?? []));
  const running = runningClip({ source, listed: captures, pressed });
  const clip = running?.clip;
  const inert = canCapture(state) ? null : source ? t("press.noPicture") : t("press.noSource");

  const keep = (kind: Capture["kind"], lastSeconds?: number): void => {
    const small = picture.canvas.current ? smallCopy(picture.canvas.current) : undefined;
    send(kind, picture.painted(), small, lastSeconds);
  };
  const send = (
    kind: Capture["kind"],
    frame: FrameId | undefined,
    small: HTMLCanvasElement | undefined,
    lastSeconds?: number,
  ): void => {
    if (!source) return;
    setFlash((count) => count + 1);
    void press({
      kind,
      number: nextNumber(presses.get(), captures),
      source: source.id,
      ...(frame ? { frame } : {}),
      ...(procedure ? { procedureId: procedure.id } : {}),
      ...(small ? { picture: small } : {}),
      ...(lastSeconds === undefined ? {} : { lastSeconds }),
    });
  };
  const waits = running === null ? (source?.resumingCaptureId ?? null) : null;
  const isGoingOn = running !== null || waits !== null;
  const stopIsSo = isStillSo({ ...lastStop, code: stopping.code }, { procedureId: procedure?.id, captures, isGoingOn });
  const toggleRecording = (): void => {
    const stopped = running?.id ?? waits;
    if (stopped === null) {
      keep("clip");
      return;
    }
    // In a gap there is no frame to end with.
    const frame = running === null ? undefined : picture.painted();
    setLastStop({ captureId: stopped, procedureId: procedure?.id });
    void stopping.run(() => stopClip(stopped, frame)).then((done) => sound(done ? "recordStop" : "failed"));
  };

  return (
    <main className={css.screen}>
      <h1 className="out-of-sight">{t("nav.live")}</h1>
      <div className={css.left} data-coverable>
        <SourceChoice sources={sources ?? []} chosen={source?.id} onChoose={setChosen} />
        <LivePicture
          picture={picture}
          state={state}
          source={source}
          recording={running !== null}
          recordingSince={clip?.pressedAt ?? null}
          flash={flash}
        />
        {stopping.error && stopIsSo ? (
          <Notice level="failure">
            {t(stopping.code === "not-saved-yet" ? "press.notYet" : "press.notStopped")}: {stopping.error}
          </Notice>
        ) : null}
        {marking.error ? (
          <Notice level="caution">
            {t("press.notMarked")}: {marking.error}
          </Notice>
        ) : null}
        <div className={css.below}>
          <div className={css.kept}>
            {procedure || pressed.length > 0 ? (
              <Tray captures={captures} notes={notes} onOpen={({ id }) => setSheet({ captureId: id })} />
            ) : (
              <LastProcedure />
            )}
          </div>
          <PressTools
            inert={inert}
            marks={running === null ? null : (clip?.markers.length ?? 0)}
            onKeepLast={() => keep("clip", KEEP_LAST_S)}
            onMark={() => {
              const painted = picture.painted();
              const frame = painted?.source === source?.id ? painted : undefined;
              if (running) void marking.run(() => setMarker(running.id, frame));
            }}
            onLookBack={remembersPictures(source) ? () => setSheet("look-back") : null}
          />
        </div>
        <div className={css.over} data-over>
          <NotSavedBar />
        </div>
        {sheet === "complete" && procedure ? (
          <CompleteSheet procedure={procedure} onClose={() => setSheet(null)} />
        ) : null}
        {sheet === "look-back" && source ? (
          <LookBackSheet
            // Another procedure looks back anew: no picture of the one before stays on the glass to be kept for it.
            key={procedure?.id ?? ""}
            source={source}
            onKeep={(frame, small) => {
              send("still", frame, small);
              setSheet(null);
            }}
            onClose={() => setSheet(null)}
          />
        ) : null}
        {sheet !== null && typeof sheet === "object" ? (
          <Viewer
            captures={captures}
            captureId={sheet.captureId}
            notes={notes}
            released={false}
            onClose={() => setSheet(null)}
          />
        ) : null}
      </div>
      <aside className={controls.rail}>
        <CaptureButton inert={inert} onPress={() => keep("still")} />
        <RecordButton
          inert={inert}
          recording={running !== null}
          since={clip?.pressedAt ?? null}
          waits={waits !== null}
          busy={stopping.busy}
          onPress={toggleRecording}
        />
        <div className={controls.foot}>
          <Button
            wide
            icon={<CircleCheck aria-hidden />}
            disabled={!procedure}
            onClick={() => setSheet("complete")}
            data-testid="complete"
          >
            {t("complete.button")}
          </Button>
          {health ? <Disk disk={health.disk} /> : null}
        </div>
      </aside>
    </main>
  );
}

/** From 80 % on it says how full, from 90 % on in the colour of what needs a person. */
function Disk({ disk: { freeBytes, totalBytes } }: { readonly disk: Health["disk"] }) {
  const level = diskLevel({ freeBytes, totalBytes });
  const amount = showBytes(freeBytes);
  return (
    <p className={`${controls.disk} ${controls[level]}`} data-testid="disk" data-level={level}>
      {level === "plain" ? <HardDrive aria-hidden /> : <TriangleAlert aria-hidden />}{" "}
      {level === "plain"
        ? t("press.free", { amount })
        : t("press.fullAndFree", { amount, percent: usedPercent({ freeBytes, totalBytes }) })}
    </p>
  );
}
