import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyInstance } from "fastify";
import { Type } from "typebox";
import { Faults } from "./faults.ts";
import type { Wards } from "./scp.ts";
import { ScheduledItem } from "./worklist.ts";

/** The hospital's own controls, on loopback only: faults, what the archive has, and the worklist. */
export function controls({ archive, faults, worklist }: Wards): FastifyInstance {
  // As they stand, Fastify's defaults would quietly drop the misspelt part of a fault.
  const ajv = { customOptions: { removeAdditional: false, coerceTypes: false as const } };
  const app = fastify({ ajv, bodyLimit: 256 * 1024 }).withTypeProvider<TypeBoxTypeProvider>();
  app.get("/health", () => ({ state: "ok" }));
  app.get("/faults", () => faults.list());
  app.put("/faults", { schema: { body: Faults } }, (request) => {
    faults.set(request.body);
    return faults.list();
  });
  app.delete("/faults", async (_request, reply) => {
    faults.set([]);
    return reply.code(204).send();
  });
  app.get("/archive", () => archive.list());
  app.get("/worklist", () => worklist.list());
  app.post("/worklist", { schema: { body: ScheduledItem } }, async (request, reply) => {
    return reply.code(201).send({ id: worklist.add(request.body) });
  });
  app.delete("/worklist/:id", { schema: { params: Type.Object({ id: Type.String() }) } }, async (request, reply) => {
    const isGone = worklist.delete(request.params.id);
    return reply.code(isGone ? 204 : 404).send();
  });
  return app;
}
