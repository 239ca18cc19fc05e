import type { NewsMessage } from "../../src/api/schemas.ts";
import { Store, useStore } from "../lib/store.ts";
import { reachable } from "./client.ts";
import { refreshTopic } from "./query-client.ts";
import { openSocket } from "./socket.ts";

type Link = "connecting" | "up" | "lost";

const link = new Store<Link>("connecting");

/** How the last press went that did not come from a screen. */
export const pressNews = new Store<NewsMessage | null>(null);

/** Whether this screen hears the recorder; a socket that only seems open counts as lost when requests get no answer. */
export function useLink(): Link {
  const socket = useStore(link);
  return useStore(reachable) ? socket : "lost";
}

/** News may be lost without a trace (half-open socket): what is shown is asked again this often. */
const RECHECK_MS = 5000;

/** Listens to the box's news for the life of the page. */
export function followNews(signal: AbortSignal): void {
  openSocket({
    path: "events",
    signal,
    onOpen: () => link.set("up"),
    onClose: () => link.set("lost"),
    onMessage: (event) => {
      if (typeof event.data !== "string") return;
      const news = JSON.parse(event.data) as NewsMessage;
      if (news.topic === "press" && news.by !== "screen") pressNews.set(news);
      refreshTopic(news.topic);
    },
  });
  const timer = setInterval(() => refreshTopic("hello"), RECHECK_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
