import fastify from "fastify";
import { expect, it } from "vitest";
import { actions } from "../users/users.ts";
import { buildApi } from "./api.ts";
import type { ApiContext, ApiServer } from "./context.ts";
import { documentationContext } from "./documentation-context.ts";
import { guardRoutes } from "./guard.ts";
import { sessionCookie } from "./session-cookie.ts";

it("a route that does not say which action it is cannot be served", () => {
  const server = fastify() as unknown as ApiServer;
  guardRoutes(server, documentationContext());
  expect(() => server.get("/api/anything", async () => ({}))).toThrow("GET /api/anything does not say which action");
  expect(() => server.get("/api/known", { config: { action: "look" } }, async () => ({}))).not.toThrow();
});

it("every route of the OpenAPI document says its action, and every action has a route", async () => {
  const server = await buildApi(documentationContext(), "test");
  const { paths } = server.swagger() as { paths: Record<string, Record<string, { "x-action"?: string }>> };
  const named = Object.values(paths).flatMap((operations) => Object.values(operations).map((one) => one["x-action"]));
  expect([...new Set(named)].toSorted()).toEqual([...actions].toSorted());
  await server.close();
});

it("a database that does not say who asks keeps nobody from ending a recording, and lets nobody do what needs a user", async () => {
  const unreadable = (): never => {
    throw new Error("disk I/O error");
  };
  const users = { bySession: unreadable, tokens: { identify: unreadable }, accounts: { isSetUp: () => true } };
  const server = fastify() as unknown as ApiServer;
  guardRoutes(server, { ...documentationContext(), users } as unknown as ApiContext);
  server.post("/api/stop", { config: { action: "capture" } }, async ({ actor }) => ({ actor }));
  server.delete("/api/capture", { config: { action: "delete" } }, async () => ({}));
  for (const headers of [
    { cookie: sessionCookie("a".repeat(43), false) },
    { authorization: `Bearer ${"a".repeat(43)}` },
  ]) {
    const stopped = await server.inject({ method: "POST", url: "/api/stop", headers });
    expect([stopped.statusCode, stopped.json()]).toEqual([200, { actor: "screen" }]);
    expect((await server.inject({ method: "DELETE", url: "/api/capture", headers })).statusCode).toBe(500);
  }
});
