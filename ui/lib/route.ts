import { useSyncExternalStore } from "react";

/** Where the person is. In the hash, so that the box serves one page and a reload stays in place. */
export type Route =
  | { readonly screen: "live" }
  | { readonly screen: "patient"; readonly assignTo?: string }
  | { readonly screen: "outbox" }
  | { readonly screen: "history"; readonly procedureId?: string };

/** Anything unknown is the live screen. */
export function parseRoute(hash: string): Route {
  const [screen, id] = hash.replace(/^#\/?/, "").split("/");
  switch (screen) {
    case "patient":
      return id ? { screen, assignTo: decodeURIComponent(id) } : { screen };
    case "history":
      return id ? { screen, procedureId: decodeURIComponent(id) } : { screen };
    case "outbox":
      return { screen };
    default:
      return { screen: "live" };
  }
}

export function hashOf(route: Route): string {
  const id = route.screen === "patient" ? route.assignTo : route.screen === "history" ? route.procedureId : undefined;
  return `#/${route.screen}${id ? `/${encodeURIComponent(id)}` : ""}`;
}

export function go(route: Route): void {
  location.hash = hashOf(route);
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}
