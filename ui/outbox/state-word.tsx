import { Circle, CircleDashed, SearchCheck, ShieldCheck, TriangleAlert } from "lucide-react";
import css from "./state-word.module.css";
import type { DeliveryState } from "./states.ts";

const ICONS = {
  plain: Circle,
  caution: TriangleAlert,
  safe: ShieldCheck,
  weaker: SearchCheck,
  off: CircleDashed,
} as const;

/** How far something is: shape, colour and word together, so that none of them is needed alone. */
export function StateWord({ state }: { readonly state: DeliveryState }) {
  const Icon = ICONS[state.tone];
  return (
    <b className={`${css.state} ${css[state.tone]}`}>
      <Icon aria-hidden /> {state.word}
    </b>
  );
}
