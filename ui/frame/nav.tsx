import { History, Inbox, UserRound, Video } from "lucide-react";
import type { Health } from "../../src/api/schemas.ts";
import { showTime } from "../lib/dates.ts";
import { useNow } from "../lib/now.ts";
import { hashOf, type Route } from "../lib/route.ts";
import { words } from "../words.ts";
import css from "./nav.module.css";

const SCREENS = [
  { screen: "patient", Icon: UserRound },
  { screen: "live", Icon: Video },
  { screen: "outbox", Icon: Inbox },
  { screen: "history", Icon: History },
] as const;

interface NavProps {
  readonly route: Route;
  readonly owed: Health["owed"] | undefined;
}

/** The bottom bar: every screen one tap away, and the time. */
export function Nav({ route, owed }: NavProps) {
  const now = useNow(1000);
  return (
    <nav className={css.nav} aria-label={words.nav.label}>
      {SCREENS.map(({ screen, Icon }) => (
        <a
          key={screen}
          className={css.tab}
          href={hashOf({ screen })}
          draggable={false}
          aria-current={route.screen === screen ? "page" : undefined}
          data-testid={`nav-${screen}`}
        >
          <Icon aria-hidden />
          <span>{words.nav[screen]}</span>
          {screen === "outbox" && owed ? <Owed owed={owed} /> : null}
        </a>
      ))}
      <time className={css.clock}>{showTime(now)}</time>
    </nav>
  );
}

function Owed({ owed }: { readonly owed: Health["owed"] }) {
  const all = owed.pending + owed.held;
  if (all === 0) return null;
  return <b className={owed.held > 0 ? css.held : css.pending}>{all}</b>;
}
