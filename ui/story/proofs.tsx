import css from "./proofs.module.css";
import type { Story } from "./story.ts";

/** Where the capture is and how sure that is, node by node, in a sentence each. */
export function Proofs({ nodes }: { readonly nodes: Story["nodes"] }) {
  if (nodes === undefined) return null;
  return (
    <ul className={css.proofs}>
      {nodes.map(({ node, state, words: sentence }) => (
        <li key={node} className={css[state]} data-testid="proof" data-state={state}>
          {sentence}
        </li>
      ))}
    </ul>
  );
}
