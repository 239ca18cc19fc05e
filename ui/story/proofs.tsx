import type { CaptureStory } from "../../src/api/schemas.ts";
import { showMoment } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import { StateWord } from "../outbox/state-word.tsx";
import type { DeliveryState } from "../outbox/states.ts";
import { words } from "../words.ts";
import css from "./proofs.module.css";

type NodeProof = CaptureStory["nodes"][number];

/** Where the capture is and how sure that is, node by node. */
export function Proofs({ nodes }: { readonly nodes: readonly NodeProof[] }) {
  return (
    <section aria-label={words.story.whereItIs}>
      {nodes.length === 0 ? <p className={css.quiet}>{words.story.nowhere}</p> : null}
      <ul className={css.proofs}>
        {nodes.map((proof) => (
          <li key={proof.node} data-testid="proof" data-node={proof.node} data-state={proof.state}>
            <p className={css.head}>
              <b>{proof.node}</b> <StateWord state={proofStateOf(proof)} />
            </p>
            {sentencesOf(proof).map((sentence) => (
              <p key={sentence} className={css.quiet}>
                {sentence}
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
  if (state !== "safe") return { word: words.story.state[state], look: LOOKS[state] };
  return provenBy === "commitment"
    ? { word: words.progress.safe, look: "safe" }
    : { word: words.safeByQuery, look: "found" };
}

function sentencesOf({ state, storedAt, provenAt, provenBy, reason }: NodeProof): string[] {
  const when = (at: number): string => showMoment(at, boxNow());
  const proven = provenAt === null ? null : when(provenAt);
  return [
    storedAt === null ? "" : words.story.sentAt(when(storedAt)),
    proven === null || provenBy === null
      ? ""
      : words.story[provenBy === "commitment" ? "promisedAt" : "foundAt"](proven),
    state === "sent" ? words.story.notProven : "",
    reason ?? "",
  ].filter(Boolean);
}
