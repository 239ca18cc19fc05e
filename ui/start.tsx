import type { Root } from "react-dom/client";
import { followNews } from "./api/events.ts";
import { App } from "./app.tsx";
import { Around } from "./around.tsx";

/** The screen of the box: hears its news from now on, and goes where the address says. */
export function start(root: Root): void {
  followNews(new AbortController().signal);
  root.render(
    <Around>
      <App />
    </Around>,
  );
}
