import { expect, test } from "vitest";
import { hashOf, parseRoute, type Route } from "./route.ts";

test("every route survives the address bar", () => {
  const routes: Route[] = [
    { screen: "live" },
    { screen: "patient" },
    { screen: "patient", assignTo: "p_1-a" },
    { screen: "outbox" },
    { screen: "history" },
    { screen: "history", procedureId: "p_1-a" },
  ];
  for (const route of routes) expect(parseRoute(hashOf(route))).toEqual(route);
});

test("an unknown address is the live screen", () => {
  expect(parseRoute("")).toEqual({ screen: "live" });
  expect(parseRoute("#/settings")).toEqual({ screen: "live" });
  expect(parseRoute("/")).toEqual({ screen: "live" });
});

test("an id that nobody can decode is taken as it is", () => {
  expect(parseRoute("#/history/100%")).toEqual({ screen: "history", procedureId: "100%" });
});
