import { useEffect, useState } from "react";
import { useLink } from "./api/events.ts";
import { endSignIn, signInWish } from "./api/permission.ts";
import { useHealth, useOpenProcedure, useSession } from "./api/queries.ts";
import css from "./app.module.css";
import { Banner } from "./frame/banner.tsx";
import { Nav } from "./frame/nav.tsx";
import { ProblemsPanel } from "./frame/problems-panel.tsx";
import { ProgressStrip } from "./frame/progress-strip.tsx";
import { SettingsSheet } from "./frame/settings-sheet.tsx";
import { StatusStrip } from "./frame/status-strip.tsx";
import { useDisplay } from "./frame/use-display.ts";
import { useProblems } from "./frame/use-problems.ts";
import { HistoryScreen } from "./history/history-screen.tsx";
import { ProcedureScreen } from "./history/procedure-screen.tsx";
import { useLanguage } from "./i18n/use-language.ts";
import { useRoute } from "./lib/route.ts";
import { muteSounds } from "./lib/sounds.ts";
import { useStore } from "./lib/store.ts";
import { LiveScreen } from "./live/live-screen.tsx";
import { NotSavedBar } from "./live/not-saved-bar.tsx";
import { OutboxScreen } from "./outbox/outbox-screen.tsx";
import { PatientScreen } from "./patient/patient-screen.tsx";
import { setUpProblems } from "./people/set-up-problems.ts";
import { useTouch } from "./people/use-touch.ts";
import { WhoSheet } from "./people/who-sheet.tsx";
import { PressBar } from "./triggers/press-bar.tsx";

/** What waits for a PIN was meant for the screen where it was asked: on another it is not done. */
function useWishEnds(place: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the place changes
  useEffect(() => () => endSignIn(false), [place]);
}

/**
 * The frame round every screen: who, what is wrong, the screen, where else to go. The banner is there only where one
 * patient is meant; screens of several have a strip without a name.
 */
export function App() {
  const route = useRoute();
  const { data: health, error: healthError } = useHealth();
  const open = useOpenProcedure();
  const lost = useLink() === "lost";
  const session = useSession();
  const preferences = session?.user?.preferences;
  const problems = useProblems([...(health?.problems ?? []), ...setUpProblems(session)], lost, healthError?.status);
  useTouch(session?.user?.id ?? null);
  const isAsked = useStore(signInWish) !== null;
  useWishEnds(Object.values(route).join(" "));
  const display = useDisplay(health?.screen, preferences);
  useLanguage(health?.screen.language, preferences?.language);
  const [showing, setShowing] = useState<"problems" | "settings" | null>(null);
  const toggle = (one: "problems" | "settings") => () => setShowing(showing === one ? null : one);
  // A box that is not heard may not hear us either: then the screen says itself what failed.
  const isMuted = health?.sounds === "box" && !lost;
  useEffect(() => muteSounds(isMuted), [isMuted]);
  const status = <StatusStrip problems={problems} />;
  const several = (
    <>
      <ProgressStrip procedure={open} />
      {status}
      <NotSavedBar />
    </>
  );

  const screen = () => {
    switch (route.screen) {
      case "live":
        return (
          <>
            <Banner procedure={open} />
            {status}
            <LiveScreen procedure={open} health={health} />
          </>
        );
      case "patient":
        return (
          <>
            {several}
            <PatientScreen key={route.assignTo ?? ""} assignTo={route.assignTo} open={open} />
          </>
        );
      case "outbox":
        return (
          <>
            {several}
            <OutboxScreen />
          </>
        );
      case "history":
        if (route.procedureId === undefined) {
          return (
            <>
              {several}
              <HistoryScreen />
            </>
          );
        }
        return (
          <ProcedureScreen key={route.procedureId} id={route.procedureId} open={open}>
            {status}
            <NotSavedBar />
          </ProcedureScreen>
        );
      default:
        return route satisfies never;
    }
  };

  return (
    <div className={css.app}>
      {screen()}
      {showing === "problems" ? <ProblemsPanel problems={problems} onClose={() => setShowing(null)} /> : null}
      {showing === "settings" ? (
        <div className={css.beside}>
          <SettingsSheet display={display} onClose={() => setShowing(null)} />
        </div>
      ) : null}
      {isAsked ? (
        <div className={css.beside}>
          <WhoSheet />
        </div>
      ) : null}
      <PressBar />
      <Nav
        route={route}
        owed={health?.owed}
        problems={problems}
        showing={showing}
        onProblems={toggle("problems")}
        onSettings={toggle("settings")}
        onLeave={() => {
          endSignIn(false);
          setShowing(null);
        }}
      />
    </div>
  );
}
