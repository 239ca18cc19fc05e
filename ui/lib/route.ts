import { useLocation } from "wouter";
import { navigate } from "wouter/use-hash-location";

/** Where the person is. In the hash, so that the box serves one page and a reload stays in place. */
export type Route =
  | { readonly screen: "live" }
  | { readonly screen: "patient"; readonly assignTo?: string }
  | { readonly screen: "outbox" }
  | { readonly screen: "history"; readonly procedureId?: string };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Anything unknown is the live screen. */
export function parseRoute(path: string): Route {
  const [screen, id] = path.replace(/^#?\/?/, "").split("/");
  switch (screen) {
    case "patient":
      return id ? { screen, assignTo: decoded(id) } : { screen };
    case "history":
      return id ? { screen, procedureId: decoded(id) } : { screen };
    case "outbox":
      return { screen };
    default:
      return { screen: "live" };
  }
}

function pathOf(route: Route): string {
  const id = route.screen === "patient" ? route.assignTo : route.screen === "history" ? route.procedureId : undefined;
  return `/${route.screen}${id ? `/${encodeURIComponent(id)}` : ""}`;
}

export const hashOf = (route: Route): string => `#${pathOf(route)}`;

/** From anywhere, also from work that goes on after its screen is gone. */
export function go(route: Route): void {
  navigate(pathOf(route));
}

/** Where the router round this says we are. */
export function useRoute(): Route {
  return parseRoute(useLocation()[0]);
}
