import { Printer, X } from "lucide-react";
import { useState } from "react";
import type { CaptureStory } from "../../src/api/schemas.ts";
import { useCapture, useStory } from "../api/queries.ts";
import { titleOf } from "../captures/progress.ts";
import { Thumbnail } from "../captures/thumbnail.tsx";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { showBytes } from "../lib/amounts.ts";
import { Proofs } from "./proofs.tsx";
import { ReceiptSheet } from "./receipt-sheet.tsx";
import css from "./story-sheet.module.css";
import { Timeline } from "./timeline.tsx";

interface StorySheetProps {
  readonly captureId: string;
  /** Whose it is, where no banner says it. */
  readonly whose?: string | undefined;
  readonly onClose: () => void;
}

/** Everything that happened to one capture, from the press to the proof, on one page. */
export function StorySheet({ captureId, whose, onClose }: StorySheetProps) {
  const [printing, setPrinting] = useState(false);
  const capture = useCapture(captureId).data;
  const { data: story, error } = useStory(captureId);
  if (printing) {
    const path = `captures/${encodeURIComponent(captureId)}/receipt`;
    return <ReceiptSheet path={path} onClose={() => setPrinting(false)} />;
  }
  return (
    <Sheet
      title={t("story.title", { what: capture ? titleOf(capture) : t("outbox.capture") })}
      {...(whose === undefined ? {} : { aside: whose })}
      onClose={onClose}
      topActions={
        <>
          <Button icon={<Printer aria-hidden />} onClick={() => setPrinting(true)} data-testid="print-receipt">
            {t("story.receipt")}
          </Button>
          <Button icon={<X aria-hidden />} onClick={onClose} data-testid="story-close">
            {t("common.close")}
          </Button>
        </>
      }
    >
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      {story === undefined && !error ? <p>{t("common.loading")}</p> : null}
      {capture && story ? (
        <div className={css.story} data-testid="story" data-state={story.state}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must reach it */}
          <div className={css.facts} tabIndex={0}>
            <Proofs nodes={story.nodes} />
            {capture.state === "saved" && capture.fileRemovedAt === null ? (
              <span className={css.picture}>
                <Thumbnail capture={capture} />
              </span>
            ) : null}
            <Files story={story} />
          </div>
          <Timeline events={story.events} leftOut={story.eventsLeftOut} />
        </div>
      ) : null}
    </Sheet>
  );
}

/** The captured file and each Instance made of it, by their hashes. */
function Files({ story: { sizeBytes, sha256, instances } }: { readonly story: CaptureStory }) {
  return (
    <dl className={css.files}>
      <dt>{sizeBytes === null ? t("story.file") : t("story.fileOfSize", { size: showBytes(sizeBytes) })}</dt>
      <dd>{sha256 === null ? t("story.none") : t("story.hash", { sha256 })}</dd>
      {instances.map(({ sopInstanceUid, rendition, part, parts, sha256: hash }) => (
        <div key={sopInstanceUid}>
          <dt>
            {parts > 1
              ? t("story.part", { what: instanceWords(rendition), at: part, all: parts })
              : instanceWords(rendition)}
          </dt>
          <dd>
            {sopInstanceUid}
            {hash === null ? null : (
              <>
                <br />
                {t("story.hash", { sha256: hash })}
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What an instance is: the original needs no further word. */
function instanceWords(rendition: string): string {
  const as = rendition.split("/")[0] ?? rendition;
  return rendition.startsWith("original") ? t("story.instance") : t("story.instanceAs", { rendition: as });
}
