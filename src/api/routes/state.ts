import { Type } from "typebox";
import type { ApiContext, ApiServer } from "../context.ts";
import { Health, SourceState } from "../schemas.ts";
import { sourceView } from "../views.ts";
import { describe } from "./describe.ts";

export function stateRoutes(server: ApiServer, { health, sources }: ApiContext): void {
  server.get("/api/health", { schema: describe("What works and what does not", Health) }, async () => health());

  server.get("/api/sources", { schema: describe("The live video inputs", Type.Array(SourceState)) }, async () =>
    [...sources.values()].map(({ source, profileId, name }) =>
      sourceView({ id: source.id, index: source.index, profileId, name }, source.state()),
    ),
  );
}
