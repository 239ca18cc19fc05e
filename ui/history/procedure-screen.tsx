import { ArrowLeft, Printer, Undo2, UserRoundSearch } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Procedure } from "../../src/api/schemas.ts";
import { changeProcedure } from "../api/actions.ts";
import { useProcedure } from "../api/queries.ts";
import { CaptureTile } from "../captures/tile.tsx";
import { useDeliveryNotes } from "../captures/use-delivery-notes.ts";
import { Viewer } from "../captures/viewer.tsx";
import { Banner } from "../frame/banner.tsx";
import { ProgressStrip } from "../frame/progress-strip.tsx";
import { t } from "../i18n/i18n.ts";
import { shownReason } from "../i18n/said-by-box.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { dayOf, showDay, showTime } from "../lib/dates.ts";
import { nameInLine } from "../lib/names.ts";
import { go } from "../lib/route.ts";
import { HoldCard } from "../live/hold-card.tsx";
import { ReceiptSheet } from "../story/receipt-sheet.tsx";
import css from "./procedure-screen.module.css";

interface ProcedureScreenProps {
  readonly id: string;
  readonly open: Procedure | undefined;
  /** What every screen shows under its banner. */
  readonly children: ReactNode;
}

/** One procedure that was: its pictures, and the ways to go on with it. */
export function ProcedureScreen({ id, open, children }: ProcedureScreenProps) {
  const { data: procedure, error } = useProcedure(id);
  const [viewing, setViewing] = useState<string | null>(null);
  const [printing, setPrinting] = useState(false);
  const notes = useDeliveryNotes(procedure);
  return (
    <>
      {procedure ? <Banner procedure={procedure} /> : null}
      {open && open.id !== id ? <ProgressStrip procedure={open} /> : null}
      {children}
      <main className={css.screen}>
        <h1 className="out-of-sight">{t("nav.history")}</h1>
        {error ? <Notice level="caution">{error.message}</Notice> : null}
        {procedure ? (
          <Head procedure={procedure} busy={open !== undefined && open.id !== id} onPrint={() => setPrinting(true)} />
        ) : null}
        <ol className={css.captures}>
          {procedure?.captures.map((capture) => (
            <li key={capture.id}>
              <CaptureTile capture={capture} notes={notes} onOpen={({ id: captureId }) => setViewing(captureId)} />
            </li>
          ))}
        </ol>
        {procedure?.captures.length === 0 ? <p className={css.empty}>{t("history.noCaptures")}</p> : null}
        {procedure && viewing !== null ? (
          <Viewer
            captures={procedure.captures}
            captureId={viewing}
            notes={notes}
            released={procedure.state === "released"}
            onClose={() => setViewing(null)}
          />
        ) : null}
        {printing ? (
          <ReceiptSheet path={`procedures/${encodeURIComponent(id)}/receipt`} onClose={() => setPrinting(false)} />
        ) : null}
      </main>
    </>
  );
}

interface HeadProps {
  readonly procedure: Procedure;
  readonly busy: boolean;
  readonly onPrint: () => void;
}

function Head({ procedure, busy, onPrint }: HeadProps) {
  const action = useAction();
  const { id, state, begunAt, performingPhysicianName, resumedFrom, discontinued } = procedure;
  const facts = [
    t("history.begun", { time: `${showDay(dayOf(begunAt))} ${showTime(begunAt)}` }),
    performingPhysicianName ? t("history.physician", { name: nameInLine(performingPhysicianName) }) : null,
    resumedFrom ? t("history.resumed") : null,
    t(`history.state.${state}`),
    discontinued ? t("discontinue.done", { why: shownReason(discontinued) }) : null,
  ];
  const resume = async () => {
    if (await action.run(() => changeProcedure(id, "resume"))) go({ screen: "live" });
  };
  return (
    <>
      <div className={css.head}>
        <Button icon={<ArrowLeft aria-hidden />} onClick={() => go({ screen: "history" })}>
          {t("common.back")}
        </Button>
        <p className={css.facts}>{facts.filter(Boolean).join(" · ")}</p>
        <Button icon={<Printer aria-hidden />} onClick={onPrint} data-testid="print-procedure">
          {t("story.receipt")}
        </Button>
        {state === "released" ? (
          <Button icon={<Undo2 aria-hidden />} disabled={busy || action.busy} onClick={resume} data-testid="resume">
            {t("hold.resume")}
          </Button>
        ) : null}
        {state === "open" ? <Button onClick={() => go({ screen: "live" })}>{t("common.returnToLive")}</Button> : null}
        {procedure.patient && state !== "released" ? (
          <Button icon={<UserRoundSearch aria-hidden />} onClick={() => go({ screen: "patient", assignTo: id })}>
            {t("history.otherPatient")}
          </Button>
        ) : null}
      </div>
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
      {state === "completed" ? <HoldCard procedure={procedure} /> : null}
    </>
  );
}
