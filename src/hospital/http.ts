import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { DicomPort } from "./dicom-port.ts";
import { Faults } from "./fault-kinds.ts";
import type { Wards } from "./scp.ts";
import { ScheduledItem } from "./worklist.ts";

const only = { additionalProperties: false } as const;
const Peers = Type.Record(
  Type.String({ pattern: "^.{1,16}$" }),
  Type.Object({ host: Type.String({ minLength: 1 }), port: Type.Integer({ minimum: 1, maximum: 65_535 }) }, only),
);
const Restart = Type.Object(
  {
    ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000, description: "absent: closed until PUT /open" })),
  },
  only,
);

/** The hospital's own controls, on loopback only: faults, what the archive has, and the worklist. */
export function controls(wards: Wards, port: DicomPort): FastifyInstance {
  const { archive, faults, worklist, mpps, commitment } = wards;
  // As they stand, Fastify's defaults would quietly drop the misspelt part of a fault.
  const ajv = { customOptions: { removeAdditional: false, coerceTypes: false as const } };
  const app = fastify({ ajv, bodyLimit: 256 * 1024 }).withTypeProvider<TypeBoxTypeProvider>();
  app.get("/health", () => ({ state: "ok", dicomPort: port.isOpen ? "open" : "closed" }));
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
  app.get("/mpps", () => mpps.list());
  app.get("/commitments", () => commitment.list());
  app.get("/peers", () => commitment.peers());
  app.put("/peers", { schema: { body: Peers } }, (request) => {
    commitment.setPeers(request.body);
    return commitment.peers();
  });
  // Answered when the port is closed: what is sent from then on meets nobody.
  app.post("/restart", { schema: { body: Restart } }, async (request, reply) => {
    await port.closeFor(request.body.ms);
    return reply.code(204).send();
  });
  app.put("/open", async (_request, reply) => {
    await port.open();
    return reply.code(204).send();
  });
  return app;
}
