import { CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { RemoteNode } from "../../src/api/schemas.ts";
import { forgetEncodings } from "../api/actions.ts";
import type { Loaded } from "../api/use-answer.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showList } from "../lib/amounts.ts";
import { showMoment, showTime } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import { kindOfOriginal, proofOfNode, roleWords } from "./nodes.ts";
import css from "./nodes-list.module.css";

/** Every node: whether it is reached, what it does for us, and what it was found to need. */
export function NodesList({ nodes }: { readonly nodes: Loaded<RemoteNode[]> }) {
  const { data, error } = nodes;
  return (
    <section className={css.nodes} aria-label={t("nodes.title")}>
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      {data?.length === 0 ? <p className={css.empty}>{t("nodes.empty")}</p> : null}
      {data?.map((node) => (
        <NodeCard key={node.name} node={node} />
      ))}
    </section>
  );
}

function NodeCard({ node }: { readonly node: RemoteNode }) {
  const { name, roles, downSince, reason, nextTryAt, encodings } = node;
  const action = useAction();
  const now = boxNow();
  const isDown = downSince !== null;
  const Icon = isDown ? TriangleAlert : CircleCheck;
  const proof = proofOfNode(roles);
  return (
    <article className={css.node} data-testid="node" data-node={name}>
      <header className={css.head}>
        <h2 className={css.name}>
          <bdi>{name}</bdi>
        </h2>
        <b className={isDown ? css.down : css.well}>
          <Icon aria-hidden /> {isDown ? t("nodes.down", { since: showMoment(downSince, now) }) : t("nodes.well")}
        </b>
      </header>
      {isDown && reason ? (
        <p dir="auto">
          {reason} {nextTryAt === null ? null : t("nodes.nextTry", { time: showTime(nextTryAt) })}
        </p>
      ) : null}
      <p className={css.quiet}>{t("nodes.does", { roles: showList(roles.map(roleWords)) })}</p>
      {proof === null ? null : <p className={css.quiet}>{t(`nodes.proof.${proof}`)}</p>}
      {encodings.length === 0 ? null : (
        <div className={css.needs}>
          <ul>
            {encodings.map((encoding) => (
              <Need key={`${encoding.sopClassUid} ${encoding.transferSyntaxUid}`} encoding={encoding} now={now} />
            ))}
          </ul>
          <div className={css.forget}>
            <Button
              disabled={action.busy}
              onClick={() => action.run(() => forgetEncodings(name))}
              data-testid="forget-encodings"
            >
              {t("nodes.forget")}
            </Button>
            <p className={css.quiet}>{t("nodes.forgetMeans")}</p>
          </div>
        </div>
      )}
      {action.error ? <Notice level="caution">{action.error}</Notice> : null}
    </article>
  );
}

function Need({ encoding, now }: { readonly encoding: RemoteNode["encodings"][number]; readonly now: number }) {
  const { sopClassUid, transferSyntaxUid, sentAs, words: said, learnedAt } = encoding;
  const [open, setOpen] = useState(false);
  return (
    <li className={css.need}>
      <div>
        <p>{t(`nodes.needs.${kindOfOriginal(sopClassUid)}`, { encoding: sentAs })}</p>
        {open ? (
          <p className={css.quiet}>
            {t("nodes.learned", { when: showMoment(learnedAt, now) })} {said}
            <br />
            {t("nodes.detail", { sopClass: sopClassUid, syntax: transferSyntaxUid })}
          </p>
        ) : null}
      </div>
      <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("common.details")}
      </Button>
    </li>
  );
}
