import type { CaptureStory } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { showMoment } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import { StateWord } from "../outbox/state-word.tsx";
import type { DeliveryState } from "../outbox/states.ts";
import css from "./proofs.module.css";

type NodeProof = CaptureStory["nodes"][number];

/** Where the capture is and how sure that is, node by node. */
export function Proofs({ nodes }: { readonly nodes: readonly NodeProof[] }) {
  return (
    <section aria-label={t("story.whereItIs")}>
      {nodes.length === 0 ? <p className={css.quiet}>{t("story.nowhere")}</p> : null}
      <ul className={css.proofs}>
        {nodes.map((proof) => (
          <li key={proof.node} data-testid="proof" data-node={proof.node} data-state={proof.state}>
            <p className={css.head}>
              <bdi>
                <b>{proof.node}</b>
              </bdi>{" "}
              <StateWord state={proofStateOf(proof)} />
            </p>
            {sentencesOf(proof).map((sentence) => (
              <p key={sentence} className={css.quiet}>
                <bdi>{sentence}</bdi>
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

const LOOKS = { waiting: "waiting", sending: "sending", held: "caution", sent: "sent", cancelled: "off" } as const;

function proofStateOf({ state, provenBy }: NodeProof): DeliveryState {
  if (state !== "safe") return { word: t(`story.state.${state}`), look: LOOKS[state] };
  return provenBy === "commitment"
    ? { word: t("progress.safe"), look: "safe" }
    : { word: t("progress.safeByQuery"), look: "found" };
}

function sentencesOf({ state, storedAt, provenAt, provenBy, reason }: NodeProof): string[] {
  const when = (at: number): string => showMoment(at, boxNow());
  const proven = provenAt === null ? null : when(provenAt);
  return [
    storedAt === null ? "" : t("story.sentAt", { when: when(storedAt) }),
    proven === null || provenBy === null
      ? ""
      : t(provenBy === "commitment" ? "story.promisedAt" : "story.foundAt", { when: proven }),
    state === "sent" ? t("story.notProven") : "",
    reason ?? "",
  ].filter(Boolean);
}
