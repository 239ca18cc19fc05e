import { Type } from "typebox";
import { metricsContentType } from "../../alarms/alarms.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { Health, RetentionPlan, SourceState } from "../schemas.ts";
import { sourceView } from "../views.ts";
import { describe } from "./describe.ts";

export function stateRoutes(server: ApiServer, { health, metrics, procedures, retention, sources }: ApiContext): void {
  server.get(
    "/api/health",
    { config: { action: "look" }, schema: describe("What works and what does not", Health) },
    async () => health(),
  );

  server.get(
    "/metrics",
    { config: { action: "look" }, schema: { summary: "For Prometheus, text format 0.0.4" } },
    async (_request, reply) => reply.type(metricsContentType).send(await metrics()),
  );

  server.get(
    "/api/retention",
    {
      config: { action: "look" },
      schema: describe("Which captures are removed from this box next, and when", RetentionPlan),
    },
    async () => {
      const { removals, isComplete } = await retention.nextRemovals(100);
      return { next: [...removals], isComplete };
    },
  );

  server.get(
    "/api/sources",
    { config: { action: "look" }, schema: describe("The live video inputs", Type.Array(SourceState)) },
    async () =>
      [...sources.values()].map(({ source, profileId, name }) =>
        sourceView(
          { id: source.id, index: source.index, profileId, name },
          source.state(),
          procedures.waitingFor(source.id),
        ),
      ),
  );
}
