import { Maximize, Minimize, Moon, Ruler, Sun, X } from "lucide-react";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import type { User } from "../../src/api/schemas-people.ts";
import { listUsers } from "../api/people.ts";
import { chosenLanguage } from "../i18n/choice.ts";
import { t } from "../i18n/i18n.ts";
import { LanguageChoice } from "../i18n/language-choice.tsx";
import { Button } from "../kit/button.tsx";
import { Choice } from "../kit/choice.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { likelyDiagonal } from "../lib/millimetres.ts";
import { OwnPinSheet } from "../people/own-pin-sheet.tsx";
import { PeopleSettings } from "../people/people-settings.tsx";
import { usePreferences } from "../people/use-preferences.ts";
import { UsersSheet } from "../people/users-sheet.tsx";
import { chosenTheme } from "../themes/theme.ts";
import { PanelSheet } from "./panel-sheet.tsx";
import css from "./settings-sheet.module.css";
import { showInches } from "./show-inches.ts";
import type { Display } from "./use-display.ts";

interface SettingsSheetProps {
  readonly display: Display;
  readonly onClose: () => void;
}

/** What this one screen looks like; for whoever is signed in, as they want it on every screen. Nothing of it changes the box. */
export function SettingsSheet({ display: { theme, inches, hand }, onClose }: SettingsSheetProps) {
  const [isMeasuring, setMeasuring] = useState(false);
  const [users, setUsers] = useState<readonly User[] | null>(null);
  const [isOwnPin, setOwnPin] = useState(false);
  const isFull = useFullScreen();
  const preferences = usePreferences();
  if (isMeasuring) return <PanelSheet inches={inches} onDone={() => setMeasuring(false)} />;
  if (users !== null) {
    // What was asked last stays where it cannot be asked again.
    const again = (): void => void listUsers().then(setUsers, () => {});
    return <UsersSheet users={users} onChanged={again} onClose={() => setUsers(null)} />;
  }
  if (isOwnPin) return <OwnPinSheet onClose={() => setOwnPin(false)} />;
  return (
    <Sheet
      title={t("display.title")}
      onClose={onClose}
      topActions={
        <Button icon={<X aria-hidden />} onClick={onClose} data-testid="settings-close">
          {t("common.close")}
        </Button>
      }
    >
      <Row title={t("display.theme")}>
        <Choice
          label={t("display.theme")}
          options={[
            { id: "dark", words: t("display.dark"), icon: <Moon aria-hidden />, testId: "theme-dark" },
            { id: "bright", words: t("display.bright"), icon: <Sun aria-hidden />, testId: "theme-bright" },
          ]}
          chosen={theme}
          onChoose={(one) => (preferences === null ? chosenTheme.choose(one) : preferences.prefer({ theme: one }))}
        />
        <Button
          icon={isFull ? <Minimize aria-hidden /> : <Maximize aria-hidden />}
          onClick={toggleFullScreen}
          data-testid="full-screen"
        >
          {isFull ? t("display.leaveFullScreen") : t("display.fullScreen")}
        </Button>
      </Row>
      <Row title={t("display.panel")}>
        <p>
          {inches === null
            ? t("display.assumed", { inches: showInches(likelyDiagonal(screen.width)) })
            : t("display.inches", { inches: showInches(inches) })}
        </p>
        <Button icon={<Ruler aria-hidden />} onClick={() => setMeasuring(true)} data-testid="measure-panel">
          {t("display.change")}
        </Button>
      </Row>
      <Row title={t("people.title")}>
        <PeopleSettings onUsers={setUsers} onOwnPin={() => setOwnPin(true)} />
      </Row>
      {preferences === null ? null : (
        <Row title={t("people.hand")}>
          <Choice
            label={t("people.hand")}
            options={[
              { id: "left", words: t("people.left"), testId: "hand-left" },
              { id: "right", words: t("people.right"), testId: "hand-right" },
            ]}
            chosen={hand}
            onChoose={(one) => preferences.prefer({ hand: one })}
          />
          <p>{t("people.goesWith", { name: preferences.name })}</p>
          {preferences.error === null ? null : <Notice level="caution">{preferences.error}</Notice>}
        </Row>
      )}
      <Row title={t("language.title")}>
        <LanguageChoice
          onChoose={(language) =>
            preferences === null ? chosenLanguage.choose(language) : preferences.prefer({ language })
          }
        />
      </Row>
    </Sheet>
  );
}

function Row({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={css.row} aria-label={title}>
      <h3 className={css.name}>{title}</h3>
      <div className={css.parts}>{children}</div>
    </section>
  );
}

const hearFullScreen = (listener: () => void): (() => void) => {
  document.addEventListener("fullscreenchange", listener);
  return () => document.removeEventListener("fullscreenchange", listener);
};

const useFullScreen = (): boolean => useSyncExternalStore(hearFullScreen, () => document.fullscreenElement !== null);

function toggleFullScreen(): void {
  const work = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  // A browser that may not simply stays as it is.
  work.catch(() => {});
}
