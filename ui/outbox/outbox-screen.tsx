import { TriangleAlert, Waypoints } from "lucide-react";
import { useState } from "react";
import { useDeliveries, useNodes, useProcedures } from "../api/queries.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Choice } from "../kit/choice.tsx";
import { Notice } from "../kit/notice.tsx";
import { StorySheet } from "../story/story-sheet.tsx";
import { TriggersSection } from "../triggers/triggers-section.tsx";
import { DeliveryGroup } from "./delivery-group.tsx";
import { groupsOf } from "./groups.ts";
import { NodesList } from "./nodes-list.tsx";
import css from "./outbox-screen.module.css";

const TRANSFERS = ["held", "pending", "sending", "stored", "cancelled"] as const;
const PAGE = 200;
/** Names for the groups, in one request. */
const NAMES = 200;

/** What is owed, why it is not there yet, what is proven to be, and what to do about the rest. */
export function OutboxScreen() {
  const [shown, setShown] = useState<(typeof TRANSFERS)[number] | "all" | "nodes">("all");
  const [pages, setPages] = useState<readonly (number | undefined)[]>([undefined]);
  const [storyOf, setStoryOf] = useState<{ readonly captureId: string; readonly whose: string } | null>(null);
  const before = pages.at(-1);
  const transfer = shown === "all" || shown === "nodes" ? undefined : shown;
  const { data, error } = useDeliveries({
    ...(transfer ? { transfer } : {}),
    ...(before === undefined ? {} : { before }),
    limit: PAGE,
  });
  const procedures = useProcedures({ limit: NAMES }).data?.procedures ?? [];
  const nodes = useNodes();
  const choose = (one: typeof shown): void => {
    setShown(one);
    setPages([undefined]);
  };
  const groups = groupsOf(data?.deliveries ?? []);
  const next = data?.next ?? null;
  const last = data?.deliveries.at(-1)?.procedureId;
  const first = data?.deliveries[0]?.procedureId;
  /** A page has a beginning and an end; what lies across them is not all here. */
  const isPart = (procedureId: string): boolean =>
    transfer !== undefined ||
    (next !== null && procedureId === last) ||
    (before !== undefined && procedureId === first);
  const down = nodes.data?.filter(({ downSince }) => downSince !== null).length ?? 0;
  return (
    <main className={css.screen}>
      <h1 className="out-of-sight">{t("outbox.title")}</h1>
      <Choice
        className={css.filters}
        label={t("display.deliveries")}
        options={[
          { id: "all", words: t("outbox.all") },
          ...TRANSFERS.map((one) => ({
            id: one,
            words: (
              <>
                {t(`outbox.${one}`)} <b>{data?.counts[one]}</b>
              </>
            ),
            testId: `outbox-${one}`,
          })),
          nodesOption(down),
        ]}
        chosen={shown}
        onChoose={choose}
      />
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      <div className={css.groups}>
        {shown === "nodes" ? (
          <>
            <NodesList nodes={nodes} />
            <TriggersSection />
          </>
        ) : (
          <>
            {groups.map((group) => (
              <DeliveryGroup
                key={group.procedureId}
                group={group}
                isPart={isPart(group.procedureId)}
                known={procedures.find(({ id }) => id === group.procedureId)}
                onStory={setStoryOf}
              />
            ))}
            {data && groups.length === 0 ? (
              <p className={css.empty}>{transfer ? t("outbox.emptyFilter") : t("outbox.empty")}</p>
            ) : null}
            {data === undefined && !error ? <p className={css.empty}>{t("common.loading")}</p> : null}
            <div className={css.pages}>
              {pages.length > 1 ? (
                <Button onClick={() => setPages(pages.slice(0, -1))}>{t("common.back")}</Button>
              ) : null}
              {next !== null ? <Button onClick={() => setPages([...pages, next])}>{t("common.more")}</Button> : null}
            </div>
          </>
        )}
      </div>
      {storyOf === null ? null : <StorySheet {...storyOf} onClose={() => setStoryOf(null)} />}
    </main>
  );
}

/** Where things are sent, in yellow while a node is not reached. */
function nodesOption(down: number) {
  const isDown = down > 0;
  return {
    id: "nodes",
    words: (
      <>
        {t("outbox.nodes")} <b>{isDown ? down : null}</b>
      </>
    ),
    icon: isDown ? <TriangleAlert aria-hidden /> : <Waypoints aria-hidden />,
    look: isDown ? "caution" : "plain",
    label: isDown ? t("outbox.nodesDown", { count: down }) : undefined,
    testId: "outbox-nodes",
  } as const;
}
