import { Check, CircleArrowUp, CircleDashed, Clock, SearchCheck, Send, ShieldCheck, TriangleAlert } from "lucide-react";
import css from "./state-word.module.css";
import type { DeliveryState } from "./states.ts";

const ICONS = {
  waiting: Clock,
  sending: Send,
  sent: CircleArrowUp,
  told: Check,
  caution: TriangleAlert,
  safe: ShieldCheck,
  found: SearchCheck,
  off: CircleDashed,
} as const;

/** How far something is: shape, colour and word together, so that none of them is needed alone. */
export function StateWord({ state }: { readonly state: DeliveryState }) {
  const Icon = ICONS[state.look];
  return (
    <b className={`${css.state} ${css[state.look]}`}>
      <Icon aria-hidden /> {state.word}
    </b>
  );
}
