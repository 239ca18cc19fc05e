import { useEffect, useMemo, useState } from "react";
import type { Root } from "react-dom/client";
import { memoryLocation } from "wouter/memory-location";
import { useHashLocation } from "wouter/use-hash-location";
import { queryClient } from "../api/query-client.ts";
import { speakThrough } from "../api/transport.ts";
import { App } from "../app.tsx";
import { Around } from "../around.tsx";
import { isLanguage } from "../i18n/languages.ts";
import { parseTheme } from "../themes/theme.ts";
import css from "./gallery.module.css";
import { filmAddress } from "./pictures.ts";
import { perform, prepare } from "./stage.ts";
import type { GalleryState } from "./state.ts";
import { worldOf } from "./state.ts";
import { states } from "./states/states.ts";
import { galleryTransport, type Scene } from "./transport.ts";

let scene: Scene = { world: worldOf(), preview: {}, film: "" };

/** Every screen in every state, for those who build it: `#/dev/gallery/<screen>/<state>[/<theme>[/<language>]]`. */
export function startGallery(root: Root): void {
  speakThrough(galleryTransport(() => scene));
  root.render(<Gallery />);
}

function Gallery() {
  const [place] = useHashLocation();
  const [screen = "", name = "", theme = "", language = ""] = place.split("/").slice(3);
  const state = states[screen]?.find((one) => one.name === name);
  return state ? <Shown key={place} state={state} at={place} theme={theme} language={language} /> : <Contents />;
}

function Contents() {
  return (
    <main className={css.contents}>
      <h1>Gallery</h1>
      {Object.entries(states).map(([screen, own]) => (
        <section key={screen}>
          <h2>{screen}</h2>
          <ul>
            {own.map(({ name }) => (
              <li key={name}>
                <a href={`#/dev/gallery/${screen}/${name}`} data-testid="gallery-state">
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </main>
  );
}

interface ShownProps {
  readonly state: GalleryState;
  /** In the gallery. */
  readonly at: string;
  readonly theme: string;
  readonly language: string;
}

function Shown({ state, at, theme, language }: ShownProps) {
  const [isSet, setSet] = useState(false);
  const place = useMemo(() => memoryLocation({ path: state.path }).hook, [state]);
  useEffect(() => {
    let isGone = false;
    const set = async (): Promise<void> => {
      const { health } = state.world;
      const screen = {
        ...health.screen,
        theme: parseTheme(theme) ?? "dark",
        language: isLanguage(language) ? language : "en",
      };
      const film = await filmAddress();
      await prepare(state);
      if (isGone) return;
      queryClient.clear();
      scene = { world: { ...state.world, health: { ...health, screen } }, preview: state.preview, film };
      setSet(true);
      await perform(state, at, () => isGone);
    };
    void set();
    return () => {
      isGone = true;
    };
  }, [state, at, theme, language]);
  return isSet ? (
    <Around place={place}>
      <App />
    </Around>
  ) : null;
}
