import { Printer, X } from "lucide-react";
import { useState } from "react";
import { useCapture, useStory } from "../api/queries.ts";
import { titleOf } from "../captures/progress.ts";
import { Thumbnail } from "../captures/thumbnail.tsx";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { showBytes, words } from "../words.ts";
import { Proofs } from "./proofs.tsx";
import { ReceiptSheet } from "./receipt-sheet.tsx";
import css from "./story-sheet.module.css";
import { Timeline } from "./timeline.tsx";

interface StorySheetProps {
  readonly captureId: string;
  readonly onClose: () => void;
}

/** Everything that happened to one capture, from the press to the proof, on one page. */
export function StorySheet({ captureId, onClose }: StorySheetProps) {
  const [printing, setPrinting] = useState(false);
  const capture = useCapture(captureId).data;
  const { data: story, error } = useStory(captureId);
  if (printing) {
    const path = `captures/${encodeURIComponent(captureId)}/receipt`;
    return <ReceiptSheet path={path} onClose={() => setPrinting(false)} />;
  }
  return (
    <Sheet
      title={words.story.title(capture ? titleOf(capture) : words.outbox.capture)}
      onClose={onClose}
      actions={
        <>
          <Button icon={<X aria-hidden />} onClick={onClose} data-testid="story-close">
            {words.close}
          </Button>
          <span className={css.space} />
          <Button icon={<Printer aria-hidden />} onClick={() => setPrinting(true)} data-testid="print-receipt">
            {words.story.receipt}
          </Button>
        </>
      }
    >
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      {story === undefined && !error ? <p>{words.loading}</p> : null}
      {capture && story ? (
        <div className={css.story} data-testid="story" data-progress={capture.progress}>
          <aside className={css.facts}>
            <span className={css.picture}>{capture.state === "saved" ? <Thumbnail capture={capture} /> : null}</span>
            <Proofs nodes={story.nodes} />
            <dl>
              <dt>{words.story.size}</dt>
              <dd>{capture.sizeBytes === null ? words.story.none : showBytes(capture.sizeBytes)}</dd>
              <dt>{words.story.hash}</dt>
              <dd className={css.hash}>{capture.sha256 ?? words.story.none}</dd>
            </dl>
          </aside>
          <Timeline events={story.events} leftOut={story.eventsLeftOut ?? 0} />
        </div>
      ) : null}
    </Sheet>
  );
}
