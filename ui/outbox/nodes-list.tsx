import { CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { RemoteNode } from "../../src/api/schemas.ts";
import { forgetEncodings } from "../api/actions.ts";
import type { Loaded } from "../api/resource.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";
import { showMoment, showTime } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import { words } from "../words.ts";
import { kindOfOriginal, proofOfNode } from "./nodes.ts";
import css from "./nodes-list.module.css";

/** Every node: whether it is reached, what it does for us, and what it was found to need. */
export function NodesList({ nodes }: { readonly nodes: Loaded<RemoteNode[]> }) {
  const { data, error } = nodes;
  return (
    <section className={css.nodes} aria-label={words.nodes.title}>
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      {data?.length === 0 ? <p className={css.empty}>{words.nodes.empty}</p> : null}
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
        <h2 className={css.name}>{name}</h2>
        <b className={isDown ? css.down : css.well}>
          <Icon aria-hidden /> {isDown ? words.nodes.down(showMoment(downSince, now)) : words.nodes.well}
        </b>
      </header>
      {isDown && reason ? (
        <p>
          {reason} {nextTryAt === null ? null : `${words.nodes.nextTry(showTime(nextTryAt))}.`}
        </p>
      ) : null}
      <p className={css.quiet}>
        {words.nodes.does} {roles.map((role) => words.nodes.role[role] ?? role).join(", ")}.
      </p>
      {proof === null ? null : <p className={css.quiet}>{words.nodes.proof[proof]}</p>}
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
              {words.nodes.forget}
            </Button>
            <p className={css.quiet}>{words.nodes.forgetMeans}</p>
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
        <p>{words.nodes.needs(words.nodes.kind[kindOfOriginal(sopClassUid)], sentAs)}</p>
        {open ? (
          <p className={css.quiet}>
            {words.nodes.learned(showMoment(learnedAt, now))} {said}
            <br />
            {words.nodes.detail(sopClassUid, transferSyntaxUid)}
          </p>
        ) : null}
      </div>
      <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {words.outbox.details}
      </Button>
    </li>
  );
}
