import { History, Inbox, Settings2, TriangleAlert, UserRound, Video } from "lucide-react";
import type { Health } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { showTime } from "../lib/dates.ts";
import { useNow } from "../lib/now.ts";
import { hashOf, type Route } from "../lib/route.ts";
import { AccountButton } from "../people/account-button.tsx";
import css from "./nav.module.css";
import type { ShownProblem } from "./problems.ts";

const SCREENS = [
  { screen: "patient", Icon: UserRound },
  { screen: "live", Icon: Video },
  { screen: "outbox", Icon: Inbox },
  { screen: "history", Icon: History },
] as const;

interface NavProps {
  readonly route: Route;
  readonly owed: Health["owed"] | undefined;
  readonly problems: readonly ShownProblem[];
  /** What lies over the screen: all problems to read, or the settings of this screen. */
  readonly showing: "problems" | "settings" | null;
  readonly onProblems: () => void;
  readonly onSettings: () => void;
  readonly onLeave: () => void;
}

/** The bottom bar: every screen one tap away, and the time. */
export function Nav({ route, owed, problems, showing, onProblems, onSettings, onLeave }: NavProps) {
  const now = useNow(1000);
  return (
    <nav className={css.nav} aria-label={t("nav.label")}>
      {SCREENS.map(({ screen, Icon }) => (
        <a
          key={screen}
          className={css.tab}
          href={hashOf({ screen })}
          draggable={false}
          onClick={onLeave}
          aria-current={route.screen === screen ? "page" : undefined}
          data-testid={`nav-${screen}`}
        >
          <Icon aria-hidden />
          <span>{t(`nav.${screen}`)}</span>
          {screen === "outbox" && owed ? <Owed owed={owed} /> : null}
        </a>
      ))}
      <AccountButton />
      <button
        type="button"
        className={css.settings}
        onClick={onSettings}
        aria-expanded={showing === "settings"}
        data-testid="show-settings"
      >
        <Settings2 aria-hidden />
        <span>{t("display.button")}</span>
      </button>
      {problems.length > 0 || showing === "problems" ? (
        <button
          type="button"
          className={`${css.problems} ${css[problems[0]?.problem.level ?? "notice"]}`}
          onClick={onProblems}
          aria-expanded={showing === "problems"}
          aria-controls="problems"
          aria-label={t("problems.button", { count: problems.length })}
          data-testid="show-problems"
        >
          <TriangleAlert aria-hidden /> {problems.length}
        </button>
      ) : null}
      <time className={css.clock}>{showTime(now)}</time>
    </nav>
  );
}

function Owed({ owed }: { readonly owed: Health["owed"] }) {
  const all = owed.pending + owed.held;
  if (all === 0) return null;
  return <b className={owed.held > 0 ? css.held : css.pending}>{all}</b>;
}
