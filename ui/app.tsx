import { useEffect, useState } from "react";
import { useLink } from "./api/events.ts";
import { useHealth, useOpenProcedure } from "./api/queries.ts";
import css from "./app.module.css";
import { Banner } from "./frame/banner.tsx";
import { Nav } from "./frame/nav.tsx";
import { ProblemsPanel } from "./frame/problems-panel.tsx";
import { ProgressStrip } from "./frame/progress-strip.tsx";
import { StatusStrip } from "./frame/status-strip.tsx";
import { useProblems } from "./frame/use-problems.ts";
import { HistoryScreen } from "./history/history-screen.tsx";
import { ProcedureScreen } from "./history/procedure-screen.tsx";
import { useRoute } from "./lib/route.ts";
import { muteSounds } from "./lib/sounds.ts";
import { LiveScreen } from "./live/live-screen.tsx";
import { NotSavedBar } from "./live/not-saved-bar.tsx";
import { OutboxScreen } from "./outbox/outbox-screen.tsx";
import { PatientScreen } from "./patient/patient-screen.tsx";
import { PressBar } from "./triggers/press-bar.tsx";

/**
 * The frame round every screen: who, what is wrong, the screen, where else to go. The banner is there only where one
 * patient is meant; screens of several have a strip without a name.
 */
export function App() {
  const route = useRoute();
  const { data: health, error: healthError } = useHealth();
  const open = useOpenProcedure();
  const lost = useLink() === "lost";
  const problems = useProblems(health?.problems ?? [], lost, healthError?.status);
  const [showing, setShowing] = useState(false);
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
      {showing ? <ProblemsPanel problems={problems} onClose={() => setShowing(false)} /> : null}
      <PressBar />
      <Nav
        route={route}
        owed={health?.owed}
        problems={problems}
        showing={showing}
        onProblems={() => setShowing(!showing)}
        onLeave={() => setShowing(false)}
      />
    </div>
  );
}
