import fastify from "fastify";
import { expect, it } from "vitest";
import { actions } from "../users/users.ts";
import { buildApi } from "./api.ts";
import type { ApiServer } from "./context.ts";
import { documentationContext } from "./documentation-context.ts";
import { guardRoutes } from "./guard.ts";

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
